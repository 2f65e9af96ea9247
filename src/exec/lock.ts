import { once } from 'node:events';
import { AppError } from '../errors/app-error.ts';
import type { Command } from './command.ts';
import { type RunningProcess, startProcess } from './run.ts';

/**
 * Runs `work` while no other process runs under the same lock file. The lock is the kernel's: whatever ends
 * its owner, the next one gets it. The file stays.
 *
 * @throws CANCELLED - `signal` was aborted while waiting
 * @see flock(1), of util-linux
 */
export async function withLock<T>(
  path: string,
  options: { readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const holder = await acquire(path, options.signal);
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder.done.catch(() => undefined);
  }
}

/** A cancel ends the waiting only: work that is being cancelled still needs its lock. */
async function acquire(path: string, signal?: AbortSignal): Promise<RunningProcess> {
  const waiting = new AbortController();
  const cancel = () => waiting.abort();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel);
  try {
    const holder = startProcess(planHold(path), { signal: waiting.signal });
    await Promise.race([once(holder.stdout, 'data'), holder.done]);
    return holder;
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    throw new AppError('CANCELLED', `cancelled while waiting for ${path}`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Says that it has the lock by a line, and holds it until its input ends. */
function planHold(path: string): Command {
  return { file: 'flock', args: ['--exclusive', path, 'sh', '-c', 'echo; exec cat'] };
}
