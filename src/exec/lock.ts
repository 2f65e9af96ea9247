import { open, readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import { isProcessAlive } from './process-alive.ts';

const pollMs = 200;

/**
 * Runs `work` while no other process runs under the same lock file. The file holds the owner's process
 * id; a lock whose owner is dead is taken over.
 *
 * @throws CANCELLED - `signal` was aborted while waiting
 */
export async function withLock<T>(
  path: string,
  options: { readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  while (!(await tryLock(path))) {
    if (options.signal?.aborted) throw new AppError('CANCELLED', `cancelled while waiting for ${path}`);
    await removeAbandoned(path);
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** An empty file is one that its owner is just writing. */
async function removeAbandoned(path: string): Promise<void> {
  const owner = await readFile(path, 'utf8').catch(() => '');
  if (owner !== '' && !isProcessAlive(Number(owner))) await rm(path, { force: true });
}
