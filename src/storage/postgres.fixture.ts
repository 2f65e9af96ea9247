import pg from 'pg';
import { startTestServer } from './database.fixture.ts';
import { openStorage, type Storage } from './open-storage.ts';

/** One database for all tests of a file, cleared between them. */
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
  const server = await startTestServer();
  const connection = await server.createDatabase();
  const client = new pg.Client({ ...connection });
  await client.connect();
  // Tests that kill connections want no failure of it.
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
      await server.stop();
    },
  };
}
