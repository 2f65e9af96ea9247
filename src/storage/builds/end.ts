import { eq } from 'drizzle-orm';
import { AppError } from '../../errors/app-error.ts';
import { isFinal } from '../../service/build-states.ts';
import { announce } from '../change-feed.ts';
import type { Transaction } from '../database.ts';
import { builds } from '../schema.ts';

/** Ends a build that waits, and asks the worker of one that runs. @throws BUILD_NOT_FOUND, BUILD_FINISHED */
export async function cancel(tx: Transaction, id: string): Promise<void> {
  const [row] = await tx.select({ state: builds.state }).from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined) throw notFound(id);
  if (isFinal(row.state)) throw new AppError('BUILD_FINISHED', `the build has ended already (${row.state})`);
  const now = new Date();
  const change =
    row.state === 'queued'
      ? { state: 'cancelled' as const, finishedAt: now, failure: cancelledWhileWaiting }
      : { cancelRequestedAt: now };
  await tx.update(builds).set(change).where(eq(builds.id, id));
  await announce(tx, { kind: 'build', id });
}

const cancelledWhileWaiting = {
  code: 'CANCELLED',
  message: 'cancelled by a user before it was started',
} as const;

/** @throws BUILD_NOT_FOUND, BUILD_FINISHED */
export async function remove(tx: Transaction, id: string): Promise<void> {
  const [row] = await tx.select({ state: builds.state }).from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined) throw notFound(id);
  if (!isFinal(row.state)) {
    throw new AppError('BUILD_FINISHED', 'the build has not ended', { hint: 'cancel it first' });
  }
  await tx.delete(builds).where(eq(builds.id, id));
  await announce(tx, { kind: 'build', id });
}

function notFound(id: string): AppError {
  return new AppError('BUILD_NOT_FOUND', `there is no build ${id}`);
}
