import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { findDataMajor } from './cluster.ts';
import type { SocketConnection } from './socket-connection.ts';

/**
 * The PostgreSQL of a service that runs; undefined when it does not run.
 *
 * @param home As for `startPostgres`.
 */
export async function findRunningPostgres(home: string): Promise<SocketConnection | undefined> {
  const major = await findDataMajor(home);
  if (major === undefined) return undefined;
  const data = join(home, `postgresql-${major}`);
  // Line 5 is the folder of the socket, which is elsewhere where the path would be too long.
  const host = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[4]?.trim();
  const password = (await readFile(`${data}.password`, 'utf8').catch(() => '')).trim();
  if (!host || password === '') return undefined;
  const connection = { host, user: 'cic', database: 'postgres', password };
  const client = new Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return connection;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}
