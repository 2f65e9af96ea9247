import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openStorage, type Storage } from './open-storage.ts';
import { startPostgres } from './postgres/server.ts';
import type { SocketConnection } from './postgres/socket-connection.ts';

/** A PostgreSQL of its own in a temporary folder, with a database for each test. */
export type TestServer = {
  /** An empty database with all tables. */
  createDatabase(): Promise<SocketConnection>;
  stop(): Promise<void>;
};

export async function startTestServer(): Promise<TestServer> {
  const home = await makeHome();
  const server = await startPostgres(home, { onLine: () => undefined });
  const admin = new Client(server.connection);
  await admin.connect();
  const template = { ...server.connection, database: 'cic_template' };
  await admin.query('create database cic_template');
  await (await openStorage(template, { role: 'service', onError: fail })).close();
  let count = 0;
  return {
    async createDatabase() {
      count += 1;
      await admin.query(`create database cic_test_${count} template cic_template`);
      return { ...server.connection, database: `cic_test_${count}` };
    },
    async stop() {
      await admin.end();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A folder that PostgreSQL's own user may enter. */
export async function makeHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'cic-storage-'));
  await chmod(home, 0o711);
  return home;
}

/** A worker's view of the database, which can do all that the service can. */
export function openTestStorage(address: SocketConnection): Promise<Storage> {
  return openStorage(address, { role: 'worker', onError: fail });
}

function fail(error: Error): never {
  throw error;
}
