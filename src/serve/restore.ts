import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { type LoadOptions, loadBackup, readBackupHeader } from '../storage/backup/load-backup.ts';
import { findDataMajor } from '../storage/postgres/cluster.ts';
import { openDataFolder } from './data-folder.ts';
import { withOwnServer } from './with-database.ts';

export type RestoreOptions = LoadOptions & {
  /** Keeps the database that is there beside the new one, under another name. */
  readonly force: boolean;
  readonly now: Date;
};

export type Restoration = {
  readonly rows: number;
  /** Folder of the database that was there before. */
  readonly replaced?: string;
};

/**
 * Puts a backup into a data folder. The database is loaded beside and gets its place when it is complete: an
 * interrupted restoration leaves the folder as it was.
 *
 * @throws RESTORE_NOT_EMPTY, SERVICE_DATA_IN_USE, BACKUP_INVALID, STORAGE_SCHEMA_NEWER, FILE_UNREADABLE
 */
export async function restoreBackup(
  path: string,
  root: string,
  options: RestoreOptions,
): Promise<Restoration> {
  await readBackupHeader(path, options);
  const former = await findDataMajor(root);
  if (former !== undefined && !options.force) {
    throw new AppError('RESTORE_NOT_EMPTY', `${root} holds the data of a service already`, {
      hint: 'choose another folder, or --force: the old database is kept beside the new one',
    });
  }
  const data = await openDataFolder(root);
  const partial = join(root, 'restore.partial');
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await chmod(partial, 0o711);
    const rows = await withOwnServer(partial, (database) => loadBackup(database, path, options));
    const replaced = former === undefined ? undefined : await setAside(root, former, options.now);
    await moveInto(root, partial);
    return { rows, ...(replaced !== undefined && { replaced }) };
  } finally {
    await rm(partial, { recursive: true, force: true });
    await data.release();
  }
}

async function setAside(root: string, major: number, now: Date): Promise<string> {
  const folder = join(root, `postgresql-${major}`);
  const replaced = `${folder}.replaced-${now.toISOString().replaceAll(':', '')}`;
  await rename(`${folder}.password`, `${replaced}.password`);
  await rename(folder, replaced);
  return replaced;
}

/** The folder of the data comes last: without it there is no database. */
async function moveInto(root: string, partial: string): Promise<void> {
  const names = (await readdir(partial)).filter((name) => name !== 'postgresql-run');
  const isData = (name: string) => /^postgresql-\d+$/.test(name);
  for (const name of [...names.filter((it) => !isData(it)), ...names.filter(isData)]) {
    const target = join(root, name);
    if (name.startsWith('postgresql-binaries-') && existsSync(target)) continue;
    await rename(join(partial, name), target);
  }
}
