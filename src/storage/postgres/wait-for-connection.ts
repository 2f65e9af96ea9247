import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '../../errors/app-error.ts';
import type { SocketConnection } from './socket-connection.ts';

const timeoutMs = 60_000;
const intervalMs = 20;

/**
 * Waits until the server answers: after a crash it first replays its log.
 *
 * @throws STORAGE_UNAVAILABLE - it has ended, or does not answer within a minute
 */
export async function waitForConnection(connection: SocketConnection, isEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const failure = await tryToConnect(connection);
    if (failure === undefined) return;
    if (isEnded() || Date.now() > deadline) {
      throw new AppError(
        'STORAGE_UNAVAILABLE',
        `the embedded PostgreSQL does not start: ${failure.message}`,
        {
          hint: 'its own words are in the lines above; is the disk full?',
          cause: failure,
        },
      );
    }
    await sleep(intervalMs);
  }
}

async function tryToConnect(connection: SocketConnection): Promise<Error | undefined> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
