/**
 * A backup is lines of JSON, compressed by gzip: no version of PostgreSQL and none of its programs is in it.
 *
 * ```
 * {"format":"cic-backup","version":1,"cic":"0.1.0","createdAt":"…","schema":1795696356488,"tables":["users",…]}
 * {"table":"users"}                 rows of this table follow
 * {"row":{"id":"…","name":"…"}}     a row, as PostgreSQL writes it as JSON
 * {"table":"identities"}            tables in an order in which references lead backwards
 * {"end":{"rows":3,"sha256":"…"}}   of all lines before this one, with their line ends
 * ```
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';

export const backupVersion = 1;

export type BackupHeader = {
  readonly format: 'cic-backup';
  readonly version: number;
  /** Version of CIC that wrote it. */
  readonly cic: string;
  readonly createdAt: string;
  /** Its newest migration; milliseconds since 1970. */
  readonly schema: number;
  readonly tables: readonly string[];
};

export type BackupEnd = { readonly rows: number; readonly sha256: string };

/** The lines of a backup, without their ends. @throws BACKUP_INVALID - no backup, cut off or damaged */
export async function* readLines(path: string): AsyncGenerator<string, void, undefined> {
  const file = createReadStream(path);
  const text = file.pipe(createGunzip());
  file.once('error', (error) => text.destroy(error));
  let rest = '';
  try {
    for await (const chunk of text.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES')
      throw new AppError('FILE_UNREADABLE', `the backup ${path} cannot be read`, { cause });
    throw damaged(path, cause);
  } finally {
    file.destroy();
  }
}

export function damaged(path: string, cause?: unknown): AppError {
  return new AppError('BACKUP_INVALID', `${path} is no backup of CIC, is cut off, or was damaged`, { cause });
}

/** @throws BACKUP_INVALID, STORAGE_SCHEMA_NEWER - its form is of a newer CIC */
export function parseHeader(line: string | undefined, path: string): BackupHeader {
  let header: Partial<BackupHeader>;
  try {
    header = JSON.parse(line ?? '') as Partial<BackupHeader>;
  } catch (cause) {
    throw damaged(path, cause);
  }
  if (header.format !== 'cic-backup' || !Array.isArray(header.tables)) throw damaged(path);
  if (header.version !== backupVersion) throw newerBackup(path, header.cic);
  return header as BackupHeader;
}

export function newerBackup(path: string, cic = 'a newer version'): AppError {
  return new AppError('STORAGE_SCHEMA_NEWER', `${path} was written by a newer CIC (${cic})`, {
    hint: 'restore it with that version, or a newer one',
  });
}
