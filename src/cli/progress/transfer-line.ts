import type { OutputStream } from '../io.ts';
import { formatBytes, formatSeconds } from './format.ts';

export type TransferLine = {
  onProgress(bytesDone: number, bytesTotal: number): void;
  /** Ends the line. */
  stop(): void;
};

const frameMs = 100;
const clearLine = '\r\u001b[K';
const barChars = 30;

/**
 * One line that says how far a download is, redrawn on a terminal, written once elsewhere.
 *
 * @param nowMs Monotonic clock.
 */
export function createTransferLine(
  name: string,
  stream: OutputStream,
  nowMs: () => number = () => performance.now(),
): TransferLine {
  const isLive = stream.isTTY === true;
  let start: { readonly ms: number; readonly bytes: number } | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let last: readonly [number, number] | undefined;
  const format = () => {
    const [done = 0, total = 0] = last ?? [];
    const tookMs = start === undefined ? 0 : nowMs() - start.ms;
    return formatTransfer(
      { name, done, total, moved: done - (start?.bytes ?? 0), tookMs },
      isLive ? (stream.columns ?? 80) : Number.POSITIVE_INFINITY,
    );
  };
  return {
    onProgress(done, total) {
      const now = nowMs();
      start ??= { ms: now, bytes: done };
      last = [done, total];
      if (!isLive || (now - drawnAt < frameMs && done < total)) return;
      drawnAt = now;
      stream.write(`${clearLine}${format()}`);
    },
    stop() {
      if (last === undefined) return;
      stream.write(isLive ? `${clearLine}${format()}\n` : `${format()}\n`);
      last = undefined;
    },
  };
}

type Transfer = {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** Bytes of this run; the rest was there. */
  readonly moved: number;
  readonly tookMs: number;
};

/** `name  45 % [====>    ]  1.2 GB of 2.6 GB  85 MB/s  0:15 min left` */
export function formatTransfer({ name, done, total, moved, tookMs }: Transfer, columns: number): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.floor(share * barChars);
  const bar = `[${'='.repeat(filled)}${filled < barChars ? '>' : ''}${' '.repeat(Math.max(0, barChars - filled - 1))}]`;
  const rate = tookMs < 200 ? 0 : (moved / tookMs) * 1000;
  const speed = rate === 0 ? '' : `  ${formatBytes(rate)}/s`;
  const left = rate === 0 || done >= total ? '' : `  ${formatSeconds(((total - done) / rate) * 1000)} left`;
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
  const end = `${percent} ${bar}  ${formatBytes(done)} of ${formatBytes(total)}${speed}${left}`;
  const space = columns - 1 - end.length - 2;
  const short = name.length <= space ? name : `${name.slice(0, Math.max(0, space - 1))}…`;
  return space < 8 ? end : `${short}  ${end}`;
}
