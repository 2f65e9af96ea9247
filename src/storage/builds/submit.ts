import { and, eq, sql } from 'drizzle-orm';
import type { NewBuild, Submission, SubmitLimits } from '../../service/ports.ts';
import type { Sql, Transaction } from '../database.ts';
import type { Queue } from '../queue.ts';
import { refuseBeyondQuota } from '../quota.ts';
import { buildOwners, builds, isJoinable } from '../schema.ts';

type SubmitContext = { readonly limits: SubmitLimits; readonly queue: Pick<Queue, 'enqueue'> };

/** The unique index over builds in flight decides a race: who comes second waits for the first, then joins it. */
export async function submit(
  tx: Transaction,
  build: NewBuild,
  { limits, queue }: SubmitContext,
): Promise<Submission> {
  if (!(await add(tx, build))) {
    const joined = await join(tx, build);
    return joined ?? submit(tx, build, { limits, queue });
  }
  if (isLimited(limits)) await refuseBeyondQuota(tx, build.ownerId, limits);
  await queue.enqueue(tx, build.id, build.ownerId);
  return { id: build.id, isJoined: false };
}

/** Build and owner in one round trip: requests wait for it. Answers false where an equal one is in flight. */
async function add(tx: Transaction, build: NewBuild): Promise<boolean> {
  const { id, ownerId, request, isPlan = false, joinKey, workflow, step, version, machine } = build;
  const { rows } = await tx.execute(sql`
    with added as (
      insert into ${builds} (id, state, request, is_plan, join_key, workflow, step, version, machine)
      values (${id}, 'queued', ${request}, ${isPlan}, ${joinKey}, ${workflow}, ${step}, ${version}, ${machine})
      on conflict (join_key) where ${isJoinable(builds)} do nothing
      returning id, created_at
    ), owned as (
      insert into ${buildOwners} (build_id, user_id, created_at) select id, ${ownerId}, created_at from added
    )
    select id from added`);
  return rows.length > 0;
}

function isLimited({ queued, storedBytes }: SubmitLimits): boolean {
  return Math.min(queued, storedBytes) < Number.MAX_SAFE_INTEGER;
}

async function join(tx: Transaction, { joinKey, ownerId }: NewBuild): Promise<Submission | undefined> {
  const found = await findJoinable(tx, joinKey);
  if (found === undefined) return undefined;
  const owner = { buildId: found.id, userId: ownerId, createdAt: found.createdAt };
  await tx.insert(buildOwners).values(owner).onConflictDoNothing();
  return { id: found.id, isJoined: true };
}

/** The build does not end before who joins it is known as an owner; one that is just ending is waited for. */
async function findJoinable(tx: Transaction, joinKey: string) {
  const [row] = await tx
    .select({ id: builds.id, createdAt: builds.createdAt })
    .from(builds)
    .where(and(eq(builds.joinKey, joinKey), isJoinable(builds)))
    .for('share');
  return row;
}

/** Whether an equal request would join a build. */
export async function isInFlight(db: Sql, joinKey: string): Promise<boolean> {
  const found = await db
    .select({ id: builds.id })
    .from(builds)
    .where(and(eq(builds.joinKey, joinKey), isJoinable(builds)));
  return found.length > 0;
}
