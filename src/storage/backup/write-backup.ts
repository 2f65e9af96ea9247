import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { AppError } from '../../errors/app-error.ts';
import type { Database } from '../database.ts';
import { type BackupHeader, backupVersion } from './format.ts';

/** Rows that are fetched at a time: a few megabytes at most. */
const fetchedRows = 500;

export type BackupSummary = { readonly rows: number; readonly sizeBytes: number };

/**
 * Writes all tables as they are at one moment; the service may go on meanwhile. The file has its name when it is
 * complete and on disk, and only its owner may read it: it holds hashes of passwords. Jobs of the queue are left out: builds that wait get theirs anew.
 *
 * @throws BACKUP_INVALID - the database holds no data of CIC
 */
export async function writeBackup(
  { pool }: Database,
  path: string,
  { cic, now }: { readonly cic: string; readonly now: Date },
): Promise<BackupSummary> {
  const client = await pool.connect();
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const count = { rows: 0 };
  try {
    await client.query('begin isolation level repeatable read read only');
    const schema = await readSchemaVersion(client);
    const tables = await listTables(client);
    const createdAt = now.toISOString();
    const header: BackupHeader = {
      format: 'cic-backup',
      version: backupVersion,
      cic,
      createdAt,
      schema,
      tables,
    };
    const file = await open(partial, 'wx', 0o600);
    try {
      const lines = Readable.from(formatLines(client, header, count), { objectMode: true });
      await pipeline(lines, createGzip(), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) await file.writeFile(chunk);
      });
      await file.sync();
      const { size } = await file.stat();
      await rename(partial, path);
      return { rows: count.rows, sizeBytes: size };
    } finally {
      await file.close();
    }
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
    await rm(partial, { force: true });
  }
}

async function* formatLines(
  client: PoolClient,
  header: BackupHeader,
  count: { rows: number },
): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256');
  const toLines = (text: string) => {
    hash.update(text);
    return text;
  };
  yield toLines(`${JSON.stringify(header)}\n`);
  for (const table of header.tables) {
    yield toLines(`${JSON.stringify({ table })}\n`);
    const name = client.escapeIdentifier(table);
    await client.query(
      `declare backup_rows no scroll cursor for select row_to_json(t)::text as text from ${name} t`,
    );
    for (;;) {
      const { rows } = await client.query<{ text: string }>(`fetch ${fetchedRows} from backup_rows`);
      if (rows.length === 0) break;
      count.rows += rows.length;
      yield toLines(rows.map(({ text }) => `{"row":${text}}\n`).join(''));
    }
    await client.query('close backup_rows');
  }
  yield `${JSON.stringify({ end: { rows: count.rows, sha256: hash.digest('hex') } })}\n`;
}

async function readSchemaVersion(client: PoolClient): Promise<number> {
  const { rows: known } = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known[0].name === null)
    throw new AppError('BACKUP_INVALID', 'the database holds no data of CIC', {
      hint: 'start the service once',
    });
  const { rows } = await client.query(
    'select max(created_at)::bigint as newest from drizzle.__drizzle_migrations',
  );
  return Number(rows[0].newest);
}

/** All tables of CIC; one that refers to another comes after it. */
async function listTables(client: PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; needs: string[] }>(`
    select c.relname as name,
      coalesce(array_agg(r.relname::text) filter (where r.relname is not null and r.oid <> c.oid), '{}') as needs
    from pg_class c
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
    left join pg_class r on r.oid = k.confrelid
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    group by c.relname order by c.relname`);
  const sorted: string[] = [];
  let left = rows;
  while (left.length > 0) {
    const ready = left.filter(({ needs }) => needs.every((need) => sorted.includes(need)));
    if (ready.length === 0)
      throw new AppError('INTERNAL_ERROR', 'the tables refer to each other in a circle');
    sorted.push(...ready.map(({ name }) => name));
    left = left.filter(({ name }) => !sorted.includes(name));
  }
  return sorted;
}
