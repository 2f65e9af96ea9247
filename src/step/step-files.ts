import { lstat, open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { AppError, isAppError } from '../errors/app-error.ts';
import type { Problem } from '../errors/problem.ts';
import { explainUnreadable } from '../errors/unreadable.ts';

/** The step's own script, run at the end of the build. */
export const postInstallFile = 'post_inst.sh';

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
async function readStepFile(folder: string, path: string): Promise<string> {
  const absolutePath = await requireStepFile(folder, path);
  const handle = await open(absolutePath, 'r').catch((cause) => {
    throw toUnreadableError(path, cause);
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

/** Reads a text file of a step; a file that may not be read is a problem of the step. */
export async function tryReadStepFile(folder: string, path: string): Promise<string | Problem> {
  try {
    return await readStepFile(folder, path);
  } catch (error) {
    if (!isAppError(error, 'STEP_UNREADABLE')) throw error;
    const { hint } = error;
    const message = error.message.replace(`${path} `, '');
    return { severity: 'error', file: path, message, ...(hint !== undefined && { hint }) };
  }
}

/**
 * The absolute path of a step's file, links followed. Opening it is safe: a pipe, which would block, is no
 * file.
 *
 * @throws STEP_UNREADABLE - missing, no file, or a link that leaves the folder
 */
export async function requireStepFile(folder: string, path: string): Promise<string> {
  const paths = [realpath(folder), realpath(join(folder, path))] as const;
  const [root, target] = await Promise.all(paths).catch((cause) => {
    throw toUnreadableError(path, cause);
  });
  if (!target.startsWith(root + sep)) {
    throw new AppError('STEP_UNREADABLE', `${path} leads out of the step's folder`, {
      hint: 'replace the link by the file that it points to',
    });
  }
  if (!(await lstat(target)).isFile()) throw new AppError('STEP_UNREADABLE', `${path} is not a file`);
  return target;
}

function toUnreadableError(path: string, cause: NodeJS.ErrnoException): AppError {
  return new AppError('STEP_UNREADABLE', explainUnreadable(path, cause), { cause });
}
