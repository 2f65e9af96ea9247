import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { PoolClient } from 'pg';
import { AppError } from '../errors/app-error.ts';
import type { Database } from './database.ts';

/** `migrations/` of the package; as far up from `dist/storage/` as from `src/storage/`. */
const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else locks in this database. */
const lockId = 0x636963;

/**
 * Brings the tables to what this version of CIC knows. One process at a time does so; each migration is one
 * transaction.
 *
 * @throws STORAGE_SCHEMA_NEWER - a newer CIC has been here: its tables could be misread
 */
export async function migrateDatabase({ pool }: Database): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await refuseNewer(client);
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockId]).catch(() => undefined);
    client.release();
  }
}

async function refuseNewer(client: PoolClient): Promise<void> {
  const { rows: known } = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known[0].name === null) return;
  const { rows } = await client.query(
    'select max(created_at)::bigint as newest from drizzle.__drizzle_migrations',
  );
  const newest = Number(rows[0].newest ?? 0);
  if (newest <= (await readNewestMigration())) return;
  throw new AppError('STORAGE_SCHEMA_NEWER', 'the database was written by a newer CIC', {
    hint: 'start that version, or restore a backup of the older one into an empty database',
  });
}

/** When the newest migration of this version was written; milliseconds since 1970. */
async function readNewestMigration(): Promise<number> {
  const text = await readFile(join(migrationsFolder, 'meta/_journal.json'), 'utf8');
  const { entries } = JSON.parse(text) as { entries: readonly { readonly when: number }[] };
  return Math.max(...entries.map(({ when }) => when));
}
