import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../errors/app-error.ts';
import { startProcess } from '../exec/run.ts';
import { writeWhole } from '../files/write-whole.ts';

/** Folders of a service's data. */
export type DataFolder = {
  readonly root: string;
  /** UUID of the service that these are the data of. */
  readonly id: string;
  /** SIF files, and what lies beside them. */
  readonly images: string;
  /** A folder for each build. */
  readonly builds: string;
  /** Lets go of the lock. */
  release(): Promise<void>;
};

/**
 * Takes a data folder, and makes it at the first start. The lock is the kernel's: a killed service leaves none.
 *
 * @throws SERVICE_DATA_IN_USE
 */
export async function openDataFolder(root: string): Promise<DataFolder> {
  const [images, builds] = [join(root, 'images'), join(root, 'builds')];
  await mkdir(images, { recursive: true, mode: 0o750 });
  await mkdir(builds, { recursive: true, mode: 0o750 });
  // PostgreSQL runs as another user where CIC is root, and must pass; nobody may list.
  await chmod(root, 0o711);
  const release = await takeLock(root);
  try {
    return { root, id: await readId(join(root, 'id')), images, builds, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function readId(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known !== '') return known.trim();
  const id = randomUUID();
  await writeWhole(path, `${id}\n`);
  return id;
}

async function takeLock(root: string): Promise<() => Promise<void>> {
  const path = join(root, 'lock');
  const args = [
    '--exclusive',
    '--wait',
    '5',
    '--conflict-exit-code',
    '75',
    path,
    'sh',
    '-c',
    'echo; exec cat',
  ];
  const holder = startProcess({ file: 'flock', args });
  try {
    await Promise.race([once(holder.stdout, 'data'), holder.done]);
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED') || error.details['exitCode'] !== 75) throw error;
    throw new AppError('SERVICE_DATA_IN_USE', `another \`cic serve\` uses ${root}`, {
      hint: 'end it, or choose another folder with --data',
    });
  }
  return async () => {
    holder.stdin.end();
    await holder.done.catch(() => undefined);
  };
}
