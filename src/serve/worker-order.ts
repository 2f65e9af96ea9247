import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { DatabaseAddress } from '../storage/database.ts';

/**
 * What the service tells its worker, as one line on standard input: the password of the database shows in no list of
 * processes. The end of the input tells it to stop.
 */
export type WorkerOrder = {
  readonly database: DatabaseAddress;
  /** Configuration file; absent where there is none. */
  readonly configFile?: string;
  /** The service that the worker is of; UUID. */
  readonly service: string;
  /** Held by the worker as long as it runs: the next one waits for it. */
  readonly lock: string;
  /** Folders of the data. */
  readonly images: string;
  readonly builds: string;
};

export function formatOrder(order: WorkerOrder): string {
  return `${JSON.stringify(order)}\n`;
}

/** @returns The order, and a promise that is kept when the service wants the worker to stop, or is gone. */
export async function readOrder(
  input: Readable,
): Promise<{ readonly order: WorkerOrder; readonly stopped: Promise<void> }> {
  const lines = createInterface({ input });
  const stopped = new Promise<void>((resolve) => lines.once('close', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('the worker was given no order')));
  });
  return { order: JSON.parse(line) as WorkerOrder, stopped };
}
