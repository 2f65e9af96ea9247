import { readFile } from 'node:fs/promises';
import { AppError, isAppError } from '../errors/app-error.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { parseLock } from './lock.ts';

/**
 * Text of a `spack.lock` file that can be used.
 *
 * @throws FILE_UNREADABLE - it is not there, is a folder, or may not be read
 * @throws SPACK_LOCK_INVALID - as {@link parseLock}; the message names the file
 */
export async function readLockFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(file, cause), { cause });
  });
  try {
    parseLock(text);
  } catch (error) {
    if (!isAppError(error, 'SPACK_LOCK_INVALID')) throw error;
    const { hint, details } = error;
    throw new AppError('SPACK_LOCK_INVALID', `${file}: ${error.message}`, {
      ...(hint !== undefined && { hint }),
      details: { ...details, file },
      cause: error,
    });
  }
  return text;
}
