import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../errors/app-error.ts';
import type { SubmitLimits } from '../service/ports.ts';
import type { Transaction } from './database.ts';
import { sumStoredBytes } from './image-owners.ts';
import { buildOwners, builds } from './schema.ts';

/**
 * To be called after the insertion of a build, which the error undoes. Requests of one owner are counted one
 * after another: several at the same moment do not pass together.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function refuseBeyondQuota(
  tx: Transaction,
  ownerId: string,
  { queued, storedBytes }: Pick<SubmitLimits, 'queued' | 'storedBytes'>,
): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, 0))`);
  const waiting = (await countQueued(tx, ownerId)) - 1;
  if (waiting >= queued) {
    throw new AppError('QUOTA_EXCEEDED', `you have ${waiting} builds waiting, and may have ${queued}`, {
      hint: 'wait until some have ended, or cancel them',
      details: { queued: waiting, limit: queued },
    });
  }
  const stored = await sumStoredBytes(tx, ownerId);
  if (stored >= storedBytes) {
    const [has, may] = [formatGigabytes(stored), formatGigabytes(storedBytes)];
    throw new AppError('QUOTA_EXCEEDED', `your SIF files take ${has}, and may take ${may}`, {
      hint: 'delete images that you no longer need, or ask an administrator for more',
      details: { storedBytes: stored, limit: storedBytes },
    });
  }
}

async function countQueued(tx: Transaction, ownerId: string): Promise<number> {
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(builds)
    .innerJoin(buildOwners, eq(buildOwners.buildId, builds.id))
    .where(and(eq(buildOwners.userId, ownerId), eq(builds.state, 'queued')));
  return row?.count ?? 0;
}

function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 3 : 1)} GB`;
}
