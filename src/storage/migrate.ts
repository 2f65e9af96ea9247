import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { PoolClient } from 'pg';
import { AppError } from '../errors/app-error.ts';
import type { Database } from './database.ts';

/** `migrations/` of the package; as far up from `dist/storage/` as from `src/storage/`. */
const ownMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nobody else locks in this database. */
const lockId = 0x636963;

export type MigrationOptions = {
  /** Stops at this one; milliseconds since 1970. */
  readonly until?: number;
  /** Default: those of this CIC. */
  readonly migrationsFolder?: string;
};

/**
 * Brings the tables to what this version of CIC knows. One process at a time does so; each migration is one
 * transaction.
 *
 * @throws STORAGE_SCHEMA_NEWER - a newer CIC has been here: its tables could be misread
 */
export async function migrateDatabase({ pool }: Database, options: MigrationOptions = {}): Promise<void> {
  const { until, migrationsFolder = ownMigrations } = options;
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await refuseNewer(client, migrationsFolder);
    if (until === undefined) await migrate(drizzle(client), { migrationsFolder });
    else
      await withMigrationsUntil(until, migrationsFolder, (folder) =>
        migrate(drizzle(client), { migrationsFolder: folder }),
      );
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockId]).catch(() => undefined);
    client.release();
  }
}

/** The migrator knows only whole folders. */
async function withMigrationsUntil(
  until: number,
  source: string,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-migrations-'));
  try {
    const journal = await readJournal(source);
    const entries = journal.entries.filter(({ when }) => when <= until);
    await mkdir(join(folder, 'meta'));
    await writeFile(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries) await copyFile(join(source, `${tag}.sql`), join(folder, `${tag}.sql`));
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function refuseNewer(client: PoolClient, migrationsFolder: string): Promise<void> {
  const { rows: known } = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known[0].name === null) return;
  const { rows } = await client.query(
    'select max(created_at)::bigint as newest from drizzle.__drizzle_migrations',
  );
  const newest = Number(rows[0].newest ?? 0);
  if (newest <= (await readNewestMigration(migrationsFolder))) return;
  throw new AppError('STORAGE_SCHEMA_NEWER', 'the database was written by a newer CIC', {
    hint: 'start that version, or restore a backup of the older one into an empty database',
  });
}

/** When the newest migration of this version was written; milliseconds since 1970. */
export async function readNewestMigration(migrationsFolder = ownMigrations): Promise<number> {
  const { entries } = await readJournal(migrationsFolder);
  return Math.max(...entries.map(({ when }) => when));
}

type Journal = { readonly entries: readonly { readonly when: number; readonly tag: string }[] };

async function readJournal(folder: string): Promise<Journal> {
  return JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8')) as Journal;
}
