import type { WorkerMetrics } from './worker-metrics.ts';

/** What the worker tells the service between the lines of its log, a line each. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'metrics'; readonly metrics: WorkerMetrics };

const mark = 'cic-worker ';

export function formatMessage(message: WorkerMessage): string {
  return `${mark}${JSON.stringify(message)}\n`;
}

/** Answers undefined for a line of the log. */
export function parseMessage(line: string): WorkerMessage | undefined {
  return line.startsWith(mark) ? (JSON.parse(line.slice(mark.length)) as WorkerMessage) : undefined;
}
