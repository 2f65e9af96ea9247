import { AppError } from '../errors/app-error.ts';

/** For loops that have no process to stop. @throws CANCELLED - `signal` was aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('CANCELLED', 'reading the image was cancelled');
}
