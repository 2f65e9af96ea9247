import { and, eq, ne } from 'drizzle-orm';
import { AppError } from '../../errors/app-error.ts';
import { isFinal } from '../../service/build-states.ts';
import { announce } from '../change-feed.ts';
import type { Transaction } from '../database.ts';
import { buildOwners, builds } from '../schema.ts';

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

/** The build's row is locked, so that of two who leave at the same moment one stays. @throws BUILD_NOT_FOUND */
export async function leave(tx: Transaction, id: string, userId: string): Promise<boolean> {
  const [row] = await tx.select({ id: builds.id }).from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined) throw notFound(id);
  const ofBuild = eq(buildOwners.buildId, id);
  if ((await tx.$count(buildOwners, and(ofBuild, ne(buildOwners.userId, userId)))) === 0) return false;
  await tx.delete(buildOwners).where(and(ofBuild, eq(buildOwners.userId, userId)));
  return true;
}

function notFound(id: string): AppError {
  return new AppError('BUILD_NOT_FOUND', `there is no build ${id}`);
}
