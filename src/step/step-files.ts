import { lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';

const maxSizeBytes = 2 ** 20;

/** True if the folder has an entry of that name, whatever it is. */
export async function hasStepFile(folder: string, path: string): Promise<boolean> {
  try {
    await lstat(join(folder, path));
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads a text file of a step, never anything outside of the step's folder.
 *
 * @throws STEP_UNREADABLE - missing, unreadable, larger than 1 MiB, no file, or a link that leaves the folder
 */
export async function readStepFile(folder: string, path: string): Promise<string> {
  const absolutePath = await resolveInside(folder, path);
  const handle = await open(absolutePath, 'r').catch((cause) => {
    throw new AppError('STEP_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  try {
    const { size } = await handle.stat();
    if (size > maxSizeBytes) {
      throw new AppError('STEP_UNREADABLE', `${path} has ${size} bytes, ${maxSizeBytes} are allowed`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Follows links; opening is safe afterwards, since a pipe (which would block) is no file. */
async function resolveInside(folder: string, path: string): Promise<string> {
  const [root, target] = await Promise.all([realpath(folder), realpath(join(folder, path))]).catch(
    (cause) => {
      throw new AppError('STEP_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
    },
  );
  if (!target.startsWith(root + sep)) {
    throw new AppError('STEP_UNREADABLE', `${path} leads out of the step's folder`, {
      hint: 'replace the link by the file that it points to',
    });
  }
  if (!(await lstat(target)).isFile()) throw new AppError('STEP_UNREADABLE', `${path} is not a file`);
  return target;
}
