import { connect, type Socket } from 'node:net';
import { median } from './measure.ts';

export type Load = {
  readonly url: string;
  readonly clients: number;
  readonly seconds?: number;
  /** So many requests in all, instead of a time. */
  readonly requests?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** Body of the n-th request. */
  readonly body?: (n: number) => string;
};

export type LoadResult = { readonly perSecond: number; readonly medianMs: number; readonly p99Ms: number };

/** Requests over kept connections, one at a time on each; as little work as that can be, for it shares the processors. */
export async function load(options: Load): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const started = performance.now();
  const deadline = started + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let next = 0;
  const run = async () => {
    const client = createClient(options);
    while (performance.now() < deadline && next < (options.requests ?? Number.POSITIVE_INFINITY)) {
      const at = performance.now();
      await client.send(next++);
      latenciesMs.push(performance.now() - at);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: options.clients }, run));
  const seconds = (performance.now() - started) / 1000;
  const sorted = latenciesMs.sort((a, b) => a - b);
  return {
    perSecond: sorted.length / seconds,
    medianMs: median(sorted),
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

function createClient({ url, headers = {}, method = 'GET', body }: Load) {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n${lines.join('')}`;
  return {
    close: () => socket.destroy(),
    send(n: number): Promise<void> {
      const text = body?.(n) ?? '';
      const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(text)}\r\n`;
      socket.write(`${head}${length}\r\n${text}`);
      return readAnswer(socket);
    },
  };
}

function readAnswer(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      socket.off('data', onData).off('error', reject);
      if (/^HTTP\/1\.1 2/.test(text)) resolve();
      else reject(new Error(text));
    };
    socket.on('data', onData).on('error', reject);
  });
}
