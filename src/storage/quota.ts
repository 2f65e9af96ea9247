import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../errors/app-error.ts';
import type { SubmitLimits } from '../service/ports.ts';
import { serviceConnections, type Transaction } from './database.ts';
import { sumStoredBytes } from './image-owners.ts';
import { buildOwners, builds } from './schema.ts';

type Quota = Pick<SubmitLimits, 'queued' | 'storedBytes'>;

/** Twice what a service's connections can have on their way at a moment, and a count does not see. */
const margin = 2 * serviceConnections;

/**
 * To be called after the insertion of a build, which the error undoes. Near the limit the requests of one owner are
 * counted one after another, so that several at the same moment do not pass together; far from it they need not wait
 * for each other, each for a write to the disk.
 *
 * @throws QUOTA_EXCEEDED
 */
export async function refuseBeyondQuota(tx: Transaction, ownerId: string, quota: Quota): Promise<void> {
  const waiting = await countQueued(tx, ownerId);
  if (waiting + margin > quota.queued) {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${ownerId}, 0))`);
    refuseQueued((await countQueued(tx, ownerId)) - 1, quota.queued);
  }
  if (quota.storedBytes < Number.MAX_SAFE_INTEGER)
    refuseStored(await sumStoredBytes(tx, ownerId), quota.storedBytes);
}

function refuseQueued(waiting: number, limit: number): void {
  if (waiting < limit) return;
  throw new AppError('QUOTA_EXCEEDED', `you have ${waiting} builds waiting, and may have ${limit}`, {
    hint: 'wait until some have ended, or cancel them',
    details: { queued: waiting, limit },
  });
}

function refuseStored(stored: number, limit: number): void {
  if (stored < limit) return;
  const [has, may] = [formatGigabytes(stored), formatGigabytes(limit)];
  throw new AppError('QUOTA_EXCEEDED', `your SIF files take ${has}, and may take ${may}`, {
    hint: 'delete images that you no longer need, or ask an administrator for more',
    details: { storedBytes: stored, limit },
  });
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
