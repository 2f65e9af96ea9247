import type { AccountStore } from '../accounts/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { BuildStore, ChangeFeed, ImageStore } from '../service/ports.ts';
import type { RetentionStore } from '../service/retention/ports.ts';
import { createAccountStore } from './accounts/account-store.ts';
import { createBuildStore } from './build-store.ts';
import { openChangeFeed } from './change-feed.ts';
import { type DatabaseAddress, openDatabase, serviceConnections } from './database.ts';
import { createImageStore } from './image-store.ts';
import { measureStorage, type StorageMeasurement } from './measure.ts';
import { migrateDatabase } from './migrate.ts';
import { openQueue, type Queue } from './queue.ts';
import { createRetentionStore } from './retention-store.ts';

/** Everything that is kept in the database, by its ports. */
export type Storage = {
  readonly accounts: AccountStore;
  readonly builds: BuildStore;
  readonly images: ImageStore;
  readonly changes: ChangeFeed;
  readonly queue: Queue;
  readonly retention: RetentionStore;
  /** Throws where the database does not answer. */
  check(): Promise<void>;
  measure(): Promise<StorageMeasurement>;
  close(): Promise<void>;
};

export type StorageOptions = {
  /** `service` asks for builds and brings the tables up to date; `worker` builds. */
  readonly role: 'service' | 'worker';
  readonly onError: (error: Error) => void;
};

/**
 * Opens the database.
 *
 * @throws STORAGE_UNAVAILABLE, STORAGE_SCHEMA_NEWER
 */
export async function openStorage(
  address: DatabaseAddress,
  { role, onError }: StorageOptions,
): Promise<Storage> {
  const database = openDatabase(address, {
    maxConnections: role === 'service' ? serviceConnections : 8,
    onError,
  });
  try {
    if (role === 'service') await migrateDatabase(database);
    const queue = await openQueue(address, { role: role === 'service' ? 'client' : 'worker', onError });
    const changes = await openChangeFeed(address, { onError });
    changes.subscribe((change) => change.kind !== 'accounts' && queue.wake());
    const { sql, pool } = database;
    const builds = createBuildStore(sql, queue);
    return {
      accounts: createAccountStore(sql),
      builds,
      images: createImageStore(sql),
      changes,
      queue,
      retention: createRetentionStore(database),
      check: async () => void (await pool.query('select 1')),
      measure: () => measureStorage(database, builds),
      async close() {
        await queue.close();
        await changes.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw toUnavailable(error);
  }
}

function toUnavailable(cause: unknown): unknown {
  if (cause instanceof AppError) return cause;
  const message = `the database cannot be used: ${(cause as Error).message}`;
  return new AppError('STORAGE_UNAVAILABLE', message, { hint: 'check DATABASE_URL', cause });
}
