import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool, PoolConfig } from 'pg';
import { PatientPool } from './patient-pool.ts';
import type { SocketConnection } from './postgres/socket-connection.ts';
import * as schema from './schema.ts';

/** A URL (`postgres://…`), or the embedded server's socket. */
export type DatabaseAddress = { readonly url: string } | SocketConnection;

export type Sql = NodePgDatabase<typeof schema>;
/** Inside of a transaction. */
export type Transaction = Parameters<Parameters<Sql['transaction']>[0]>[0];

/** At most, at a moment. */
export const serviceConnections = 16;

export type Database = {
  readonly address: DatabaseAddress;
  readonly sql: Sql;
  readonly pool: Pool;
  close(): Promise<void>;
};

/** A pool of connections; none is opened before the first query. */
export function openDatabase(
  address: DatabaseAddress,
  options: { readonly maxConnections: number; readonly onError: (error: Error) => void },
): Database {
  const pool = new PatientPool({ ...toPoolConfig(address), max: options.maxConnections });
  // An idle connection that breaks (a restart of the server) is replaced at the next query.
  pool.on('error', options.onError);
  return { address, pool, sql: drizzle(pool, { schema }), close: () => pool.end() };
}

export function toPoolConfig(address: DatabaseAddress): PoolConfig {
  return 'url' in address ? { connectionString: address.url } : { ...address };
}
