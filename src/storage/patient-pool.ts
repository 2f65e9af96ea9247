import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import { isConnectionLost } from '../errors/connection-lost.ts';

/** A database that restarts is back in seconds; after a crash it first replays its log. */
const patienceMs = 30_000;
const retryEveryMs = 50;

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool that waits for its server: while none can be connected to, nothing has been asked yet, and asking later is the
 * same. A statement that only reads is asked again when its connection breaks; the next one may break as well, for the
 * processes of a killed server end one by one.
 */
export class PatientPool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | undefined {
    const connecting = this.#connectPatiently();
    if (callback === undefined) return connecting;
    connecting.then(
      (client) => callback(undefined, client, (release) => client.release(release as boolean | Error)),
      (error) => callback(error as Error, undefined, () => undefined),
    );
    return undefined;
  }

  // biome-ignore lint/suspicious/noExplicitAny: all the forms in which drizzle and others call it
  override query(...args: any[]): any {
    const ask = () => (super.query as (...all: unknown[]) => Promise<unknown>).apply(this, args);
    return isRead(args[0]) ? this.#tryPatiently(ask) : ask();
  }

  #connectPatiently(): Promise<PoolClient> {
    return this.#tryPatiently(() => super.connect());
  }

  async #tryPatiently<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!isConnectionLost(error) || performance.now() > deadline || this.ending) throw error;
        await sleep(retryEveryMs);
      }
    }
  }
}

/** Statements come as text, or as an object with one. */
function isRead(statement: unknown): boolean {
  const text = typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text;
  return /^\s*select\b/i.test(text ?? '');
}
