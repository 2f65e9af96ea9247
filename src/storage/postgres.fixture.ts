import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openStorage, type Storage } from './open-storage.ts';
import { startPostgres } from './postgres/server.ts';

/** A PostgreSQL of its own for a file of tests. */
export type TestPostgres = {
  /** Of a service. */
  readonly storage: Storage;
  /** Of another process, such as a worker's. */
  open(role: 'service' | 'worker'): Promise<Storage>;
  query(text: string): Promise<unknown[]>;
  /** Forgets everything. */
  clear(): Promise<void>;
  stop(): Promise<void>;
};

export async function startTestPostgres(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'cic-postgres-'));
  await chmod(home, 0o711);
  const { connection, stop } = await startPostgres(home, { onLine: () => undefined });
  const client = new pg.Client({ ...connection });
  await client.connect();
  const open = (role: 'service' | 'worker') => openStorage(connection, { role, onError: () => undefined });
  const storage = await open('service');
  return {
    storage,
    open,
    query: async (text) => (await client.query(text)).rows,
    async clear() {
      await client.query('truncate users, builds, images, invites, pgboss.job cascade');
    },
    async stop() {
      await storage.close();
      await client.end();
      await stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
