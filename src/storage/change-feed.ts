import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { Client } from 'pg';
import type { Change, ChangeFeed } from '../service/ports.ts';
import { type DatabaseAddress, type Sql, type Transaction, toPoolConfig } from './database.ts';

const channel = 'cic_changes';
const reconnectAfterMs = 500;
/** A connection that died without a word (a cut network) is noticed by this. */
const probeEveryMs = 5_000;
const probeTimeoutMs = 5_000;

/** Announces a change when the transaction is committed, and never when it is not. */
export async function announce(
  tx: Pick<Transaction, 'execute'>,
  change: Exclude<Change, { kind: 'reconnected' }>,
): Promise<void> {
  await tx.execute(sql`select ${notify(change)}`);
}

/**
 * Announces what has been committed already. A transaction that announces holds a lock of the whole database until it is
 * on disk, so that such transactions pass one after another; this one waits for no disk.
 *
 * @see PostgreSQL source, src/backend/commands/async.c, PreCommit_Notify
 */
export async function announceCommitted(
  db: Pick<Sql, 'execute'>,
  change: Exclude<Change, { kind: 'reconnected' }>,
): Promise<void> {
  await db.execute(sql`select set_config('synchronous_commit', 'off', true), ${notify(change)}`);
}

function notify(change: Exclude<Change, { kind: 'reconnected' }>): SQL {
  return sql`pg_notify(${channel}, ${JSON.stringify(change)})`;
}

/**
 * Listens to the database for changes, on one connection of its own. A lost connection is made anew; what was missed
 * meanwhile is made good by `reconnected`.
 */
export async function openChangeFeed(
  address: DatabaseAddress,
  { onError }: { readonly onError: (error: Error) => void },
): Promise<ChangeFeed & { readonly close: () => Promise<void> }> {
  const listeners = new Set<(change: Change) => void>();
  const closing = new AbortController();
  const emit = (change: Change) => {
    for (const listener of listeners) listener(change);
  };
  let isConnected = false;
  let current: Client | undefined;

  async function listen(): Promise<Client> {
    const client = new Client({ ...toPoolConfig(address), keepAlive: true });
    client.on('notification', ({ payload }) => emit(JSON.parse(payload ?? '') as Change));
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`listen ${channel}`);
    current = client;
    isConnected = true;
    return client;
  }

  /** Returns when the connection is lost. */
  async function watch(client: Client): Promise<void> {
    const lost = new Promise<void>((resolve) => client.once('end', resolve));
    const probe = setInterval(() => void probeConnection(client), probeEveryMs);
    await lost;
    clearInterval(probe);
    isConnected = false;
  }

  async function keepListening(first: Client): Promise<void> {
    await watch(first);
    while (!closing.signal.aborted) {
      try {
        const client = await listen();
        emit({ kind: 'reconnected' });
        await watch(client);
      } catch (error) {
        onError(error as Error);
        await sleep(reconnectAfterMs);
      }
    }
  }

  const done = keepListening(await listen());
  return {
    get isConnected() {
      return isConnected;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      await current?.end();
      await done;
    },
  };
}

/** A connection that does not answer is torn down: asking it to end would wait for an answer too. */
async function probeConnection(client: Client): Promise<void> {
  const tearDown = () =>
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  const timer = setTimeout(tearDown, probeTimeoutMs);
  await client.query('select 1').catch(tearDown);
  clearTimeout(timer);
}
