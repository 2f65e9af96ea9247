import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Database } from '../database.ts';
import { migrateDatabase, readNewestMigration } from '../migrate.ts';
import { type BackupEnd, type BackupHeader, damaged, newerBackup, parseHeader, readLines } from './format.ts';

const insertedRows = 500;

export type LoadOptions = {
  /** Default: those of this CIC. */
  readonly migrationsFolder?: string;
};

/** The first line of a backup. @throws BACKUP_INVALID, FILE_UNREADABLE, STORAGE_SCHEMA_NEWER */
export async function readBackupHeader(path: string, options: LoadOptions = {}): Promise<BackupHeader> {
  for await (const line of readLines(path)) {
    const header = parseHeader(line, path);
    if (header.schema > (await readNewestMigration(options.migrationsFolder)))
      throw newerBackup(path, header.cic);
    return header;
  }
  throw damaged(path);
}

/**
 * Loads a backup into an empty database: first the tables as they were when it was written, then its rows, then what
 * has changed since. When this throws, the database is to be thrown away.
 *
 * @throws BACKUP_INVALID, FILE_UNREADABLE, STORAGE_SCHEMA_NEWER
 * @returns How many rows there were.
 */
export async function loadBackup(
  database: Database,
  path: string,
  options: LoadOptions = {},
): Promise<number> {
  const header = await readBackupHeader(path, options);
  await migrateDatabase(database, { ...options, until: header.schema });
  const client = await database.pool.connect();
  let rows: number;
  try {
    await client.query('begin');
    rows = await loadRows(client, header, path);
    await client.query('commit');
  } finally {
    client.release();
  }
  await migrateDatabase(database, options);
  return rows;
}

type Line = {
  readonly table?: string;
  readonly row?: unknown;
  readonly end?: BackupEnd;
};

async function loadRows(client: PoolClient, header: BackupHeader, path: string): Promise<number> {
  let count = 0;
  let table: string | undefined;
  let batch: string[] = [];
  const flush = async () => {
    if (table !== undefined && batch.length > 0)
      await insert(client, table, batch).catch((cause) => {
        throw isDataError(cause) ? damaged(path, cause) : cause;
      });
    batch = [];
  };
  for await (const row of readRows(header, path)) {
    if (row.table !== table || batch.length === insertedRows) await flush();
    table = row.table;
    batch.push(row.text);
    count += 1;
  }
  await flush();
  return count;
}

type Row = { readonly table: string; readonly text: string };

/** Every row as PostgreSQL wrote it; throws at the end when that is not what was written. */
async function* readRows({ tables }: BackupHeader, path: string): AsyncGenerator<Row, void, undefined> {
  const hash = createHash('sha256');
  let rows = 0;
  let end: BackupEnd | undefined;
  let table = '';
  for await (const text of readLines(path)) {
    if (end !== undefined) throw damaged(path);
    const line = parseLine(text, path);
    end = line.end;
    if (end !== undefined) continue;
    hash.update(`${text}\n`);
    table = line.table ?? table;
    if (line.row === undefined) continue;
    if (!tables.includes(table)) throw damaged(path);
    rows += 1;
    // Not what was parsed: numbers keep all of their digits.
    yield { table, text: text.slice('{"row":'.length, -1) };
  }
  if (end?.sha256 !== hash.digest('hex') || end.rows !== rows) throw damaged(path);
}

function parseLine(text: string, path: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (cause) {
    throw damaged(path, cause);
  }
}

async function insert(client: PoolClient, table: string, rows: readonly string[]): Promise<void> {
  const name = client.escapeIdentifier(table);
  const text = `insert into ${name} select * from json_populate_recordset(null::${name}, $1::json)`;
  await client.query(text, [`[${rows.join(',')}]`]);
}

/** Classes 22 (data exception) and 23 (integrity constraint violation). @see PostgreSQL, Appendix A */
function isDataError(error: unknown): boolean {
  return /^2[23]/.test(String((error as { code?: unknown }).code));
}
