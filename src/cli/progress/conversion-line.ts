import type { CliContext } from '../io.ts';
import { formatBytes } from './format.ts';

export type ConversionLine = {
  onProgress(bytesDone: number, bytesTotal: number): void;
  /** Removes the line. */
  stop(): void;
};

const frameMs = 100;
const clearLine = '\r\u001b[K';

/** One line on a terminal that says how far a conversion is; nothing elsewhere. */
export function createConversionLine({ stderr }: CliContext): ConversionLine {
  if (stderr.isTTY !== true) return { onProgress: () => undefined, stop: () => undefined };
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  stderr.write('Reading the image');
  return {
    onProgress(done, total) {
      const now = performance.now();
      if (isStopped || (now - drawnAt < frameMs && done < total)) return;
      drawnAt = now;
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const sizes = `${formatBytes(done)} of ${formatBytes(total)}`;
      stderr.write(`${clearLine}Converting ${String(percent).padStart(3)} %  ${sizes}`);
    },
    stop() {
      if (!isStopped) stderr.write(clearLine);
      isStopped = true;
    },
  };
}
