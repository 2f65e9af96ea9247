export type LineSplitter = {
  push(chunk: string): void;
  /** Hands out the last line when it has no line end. */
  flush(): void;
};

/** Programs that never end their line must not fill the memory. */
const maxLineChars = 64 * 2 ** 10;

/**
 * Cuts a stream of text into lines at `\n`, `\r\n` and lone `\r` (progress bars redraw with `\r`). Lines
 * beyond 64 Ki characters are cut into pieces.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  const hand = (line: string) => {
    for (let start = 0; start === 0 || start < line.length; start += maxLineChars) {
      onLine(line.slice(start, start + maxLineChars));
    }
  };
  return {
    push(chunk) {
      const lines = (rest + chunk).split(/\r?\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      lines.forEach(hand);
      while (rest.length > maxLineChars) {
        onLine(rest.slice(0, maxLineChars));
        rest = rest.slice(maxLineChars);
      }
    },
    flush() {
      if (rest !== '') hand(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}
