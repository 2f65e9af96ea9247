/* What tests and benchmarks do inside of the page of a build: the browser runs it as it stands here. */

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

function findLog() {
  const scroller = document.querySelector('[aria-label="Log of the build"]');
  if (scroller === null) throw new Error('there is no log');
  return scroller;
}

globalThis.logInPage = {
  /** Before a page is opened: the log of a build is what `feed` gives, and nothing else. */
  takeLog() {
    const { fetch } = globalThis;
    globalThis.fetch = (request, ...options) => {
      if (!/\/builds\/[^/]+\/events$/.test(request.url)) return fetch(request, ...options);
      const start = (stream) => {
        globalThis.fedLog = { stream, seq: 0 };
      };
      const headers = { 'content-type': 'text/event-stream' };
      return Promise.resolve(new Response(new ReadableStream({ start }), { headers }));
    };
  },

  /** The log goes on with these. */
  async feed(...events) {
    while (globalThis.fedLog === undefined) await frame();
    const at = new Date().toISOString();
    for (const event of events) {
      fedLog.seq += 1;
      const message = `id: ${fedLog.seq}\ndata: ${JSON.stringify({ at, event })}\n\n`;
      fedLog.stream.enqueue(new TextEncoder().encode(message));
    }
  },

  /** A row for each number, however many: as the lines of one message. */
  feedRows(from, to) {
    const rows = Array.from({ length: to - from + 1 }, (_, index) => `row ${from + index};`);
    return logInPage.feed({ kind: 'warning', message: rows.join('\n') });
  },

  /** Texts of all rows, by scrolling through the whole log. */
  async readRows() {
    const scroller = findLog();
    const rows = new Map();
    // Where the end was followed, the list comes back to it until it has measured its rows.
    await new Promise((resolve) => setTimeout(resolve, 500));
    scroller.scrollTop = 0;
    for (;;) {
      await frame();
      await frame();
      for (const { children } of scroller.querySelectorAll('[data-kind]'))
        rows.set(Number(children[0].textContent), children[1].textContent.trimEnd());
      if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2) break;
      scroller.scrollTop += scroller.clientHeight;
    }
    return [...rows].sort(([a], [b]) => a - b).map(([, text]) => text);
  },

  /** As if another tab were in front of the page, or no longer. */
  setVisibility(state) {
    Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  },

  /** The colour of the first part of a line that reads so. */
  colorOf(text) {
    const part = [...findLog().querySelectorAll('span')].find(
      ({ textContent, children }) => textContent === text && children.length === 0,
    );
    return getComputedStyle(part).color;
  },

  /** From the click on a build in a list to the first lines, and to all of them; milliseconds. */
  async open(id, total) {
    const started = performance.now();
    document.querySelector(`a[href$="/builds/${id}"]`).click();
    while (document.querySelector('[data-kind="line"]') === null) await frame();
    await frame();
    const firstMs = performance.now() - started;
    const isComplete = () =>
      document.querySelector('[aria-label="Log"]')?.textContent.includes(`Complete· ${total} lines`);
    while (!isComplete()) await frame();
    return { firstMs, allMs: performance.now() - started };
  },

  /** From what is typed to the line that has it, milliseconds. */
  async search(text) {
    const box = document.querySelector('[aria-label="Search the log"]');
    const started = performance.now();
    // React has put a setter of its own on the element.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    while (document.querySelector('[data-target] mark') === null) await frame();
    return performance.now() - started;
  },

  /** Five seconds at 6,000 pixels a second, as fast as a wheel: the time of each frame, milliseconds. */
  async scroll() {
    const scroller = findLog();
    scroller.scrollTop = scroller.scrollHeight / 3;
    const frames = [];
    let before = await frame();
    const end = before + 5_000;
    while (before < end) {
      scroller.scrollTop += 100;
      const now = await frame();
      frames.push(now - before);
      before = now;
    }
    return frames;
  },
};
