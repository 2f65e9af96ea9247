import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors/app-error.ts';
import { type Database, type DatabaseAddress, openDatabase } from '../storage/database.ts';
import { findDataMajor } from '../storage/postgres/cluster.ts';
import { findRunningPostgres } from '../storage/postgres/running.ts';
import { startPostgres } from '../storage/postgres/server.ts';
import { openDataFolder } from './data-folder.ts';

/**
 * Works with the database of a service, whether it runs or not; where it does not, nobody else can start it meanwhile.
 *
 * @throws SERVICE_DATA_MISSING, SERVICE_DATA_IN_USE, STORAGE_UNAVAILABLE
 */
export async function withDatabase<T>(
  { dataDirectory: root, databaseUrl }: Config['service'],
  use: (database: Database) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return withAddress({ url: databaseUrl }, use);
  if ((await findDataMajor(root)) === undefined) {
    throw new AppError('SERVICE_DATA_MISSING', `there are no data of a service in ${root}`, {
      hint: existsSync(root) ? 'start the service there once' : 'there is no such folder',
    });
  }
  const running = await findRunningPostgres(root);
  if (running !== undefined) return withAddress(running, use);
  const data = await openDataFolder(root);
  try {
    return await withOwnServer(root, (database) => use(database));
  } finally {
    await data.release();
  }
}

/** With an embedded PostgreSQL that is started for this, and ended. @param home As for `startPostgres`. */
export async function withOwnServer<T>(home: string, use: (database: Database) => Promise<T>): Promise<T> {
  const lines: string[] = [];
  const server = await startPostgres(home, { onLine: (line) => lines.push(line) });
  try {
    return await withAddress(server.connection, use);
  } finally {
    await server.stop();
  }
}

async function withAddress<T>(address: DatabaseAddress, use: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(address, { maxConnections: 4, onError: () => undefined });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
