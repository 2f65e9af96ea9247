import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openStorage, type Storage } from './open-storage.ts';
import { startPostgres } from './postgres/server.ts';

/** A PostgreSQL of its own for a file of tests, with an empty database for each of them. */
export type TestPostgres = {
  /** The storage of a service, with nothing in it. */
  createStorage(): Promise<Storage>;
  stop(): Promise<void>;
};

const template = 'cic_template';

export async function startTestPostgres(): Promise<TestPostgres> {
  const home = await mkdtemp(join(tmpdir(), 'cic-postgres-'));
  await chmod(home, 0o711);
  const server = await startPostgres(home, { onLine: () => undefined });
  const run = async (text: string) => {
    const client = new pg.Client({ ...server.connection });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  const open = (database: string) =>
    openStorage({ ...server.connection, database }, { role: 'service', onError: () => undefined });
  const opened: Storage[] = [];
  await run(`create database ${template}`);
  await (await open(template)).close();
  return {
    async createStorage() {
      const database = `cic_test_${opened.length}`;
      await run(`create database ${database} template ${template}`);
      const storage = await open(database);
      opened.push(storage);
      return storage;
    },
    async stop() {
      for (const storage of opened) await storage.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
