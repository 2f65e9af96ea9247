export type LineSplitter = {
  push(chunk: string): void;
  /** Hands out the last line when it has no line end. */
  flush(): void;
};

/** Cuts a stream of text into lines at `\n`, `\r\n` and lone `\r` (progress bars redraw with `\r`). */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    push(chunk) {
      const lines = (rest + chunk).split(/\r?\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    flush() {
      if (rest !== '') onLine(rest.replace(/\r$/, ''));
      rest = '';
    },
  };
}
