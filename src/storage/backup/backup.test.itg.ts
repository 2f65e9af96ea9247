import { appendFile, chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database.ts';
import { migrateDatabase } from '../migrate.ts';
import { type PostgresServer, startPostgres } from '../postgres/server.ts';
import { loadBackup, readBackupHeader } from './load-backup.ts';
import { writeBackup } from './write-backup.ts';

const migrations = resolve(import.meta.dirname, '../../../migrations');

let home: string;
let server: PostgresServer;
let source: Database;
let target: Database;
let count = 0;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cic-backup-'));
  await chmod(home, 0o711);
  server = await startPostgres(home, { onLine: () => undefined });
  source = await openEmpty();
  await migrateDatabase(source);
  await fill(source);
}, 120_000);

beforeEach(async () => {
  target = await openEmpty();
  return () => target.close();
});

afterAll(async () => {
  await source?.close();
  await server?.stop();
  await rm(home, { recursive: true, force: true });
});

async function openEmpty(): Promise<Database> {
  const admin = openDatabase(server.connection, { maxConnections: 1, onError: () => undefined });
  const database = `test_${count++}`;
  await admin.pool.query(`create database ${database}`);
  await admin.close();
  return openDatabase({ ...server.connection, database }, { maxConnections: 2, onError: () => undefined });
}

/** Texts with everything that breaks lines, quotes and encodings; more rows than are fetched at a time. */
async function fill({ pool }: Database): Promise<void> {
  const odd = 'a "quoted"\n\\N line\twith ünïcode \u{1f680} and \u2028';
  await pool.query(`insert into users (name, quota) values ('admin', '{"queued": 3}'), ($1, '{}')`, [odd]);
  await pool.query(`insert into api_tokens (user_id, name, token_hash, scopes, expires_at)
    select id, 'ci', 'hash', '{read,build}', '2030-01-01T00:00:00.123Z' from users where name = 'admin'`);
  await pool.query(
    `insert into builds (id, state, request, join_key, workflow, step, version, machine, sif_size_bytes)
     select gen_random_uuid(), 'succeeded', $1, n::text, 'w', 's', 'latest', 'zen2', 9007199254740991
     from generate_series(1, 1234) n`,
    [odd],
  );
  await pool.query(`insert into build_owners (build_id, user_id, created_at)
    select b.id, u.id, b.created_at from builds b, users u`);
}

async function dump({ pool }: Database): Promise<unknown> {
  const tables = ['users', 'api_tokens', 'builds', 'build_owners', 'sessions', 'images'];
  return Promise.all(
    tables.map(async (table) => {
      const { rows } = await pool.query(`select t::text as row from ${table} t order by 1`);
      return rows;
    }),
  );
}

const options = { cic: '0.1.0', now: new Date('2026-11-26T00:00:00Z') };

test('a backup is restored row by row, and is for the eyes of its owner', async () => {
  const file = join(home, 'all.backup.gz');
  const { rows, sizeBytes } = await writeBackup(source, file, options);
  expect(rows).toBe(2 + 1 + 1234 + 2 * 1234);
  const { mode, size } = await stat(file);
  expect(mode & 0o777).toBe(0o600);
  expect(size).toBe(sizeBytes);
  expect(await loadBackup(target, file)).toBe(rows);
  expect(await dump(target)).toEqual(await dump(source));
});

test('what others write meanwhile is not in it', async () => {
  const file = join(home, 'moment.backup.gz');
  const writing = writeBackup(source, file, options);
  await source.pool.query(`insert into users (name) values ('late')`);
  const { rows } = await writing;
  await source.pool.query(`delete from users where name = 'late'`);
  expect(await loadBackup(target, file)).toBe(rows);
});

test.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['of something else', () => gzipSync('{"a": 1}\n')],
  ['no archive', () => Buffer.from('hello')],
  ['changed', (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().replace('zen2', 'zen3'))],
  [
    'short of a row',
    (bytes: Buffer) =>
      gzipSync(
        gunzipSync(bytes)
          .toString()
          .replace(/\{"row":.*\n/, ''),
      ),
  ],
  [
    'without its end',
    (bytes: Buffer) =>
      gzipSync(
        gunzipSync(bytes)
          .toString()
          .replace(/\{"end":.*\n/, ''),
      ),
  ],
])('a file that is %s is refused', async (_name, damage) => {
  const file = join(home, 'damaged.backup.gz');
  await rm(file, { force: true });
  await writeBackup(source, file, options);
  await writeFile(file, damage(await readFile(file)));
  await expect(loadBackup(target, file)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
});

test('a backup of an older CIC is migrated, one of a newer CIC refused', async () => {
  const newer = join(home, 'migrations');
  await cp(migrations, newer, { recursive: true });
  const journalFile = join(newer, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(journalFile, 'utf8')) as { entries: { when: number }[] };
  const [first] = journal.entries;
  const added = { ...first, idx: 1, when: (first?.when ?? 0) + 1, tag: '0001_later' };
  await writeFile(journalFile, JSON.stringify({ ...journal, entries: [...journal.entries, added] }));
  await appendFile(
    join(newer, '0001_later.sql'),
    `alter table users add column mail text not null default 'none'`,
  );
  const file = join(home, 'older.backup.gz');
  await writeBackup(source, file, options);
  await loadBackup(target, file, { migrationsFolder: newer });
  const { rows } = await target.pool.query('select distinct mail from users');
  expect(rows).toEqual([{ mail: 'none' }]);
  const newerFile = join(home, 'newer.backup.gz');
  await writeBackup(target, newerFile, options);
  await expect(readBackupHeader(newerFile)).rejects.toMatchObject({ code: 'STORAGE_SCHEMA_NEWER' });
  expect((await readBackupHeader(newerFile, { migrationsFolder: newer })).tables).toContain('users');
});
