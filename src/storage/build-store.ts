import { and, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { AppError } from '../errors/app-error.ts';
import type { BuildOutcome } from '../service/build-record.ts';
import { buildStates, isFinal } from '../service/build-states.ts';
import type { BuildStore, Claim, ClaimResult, NewBuild, Submission, SubmitLimits } from '../service/ports.ts';
import { toBuildConditions } from './build-filter.ts';
import { announce } from './change-feed.ts';
import type { Sql, Transaction } from './database.ts';
import { giveImage } from './image-owners.ts';
import { type Queue, queueName } from './queue.ts';
import { refuseBeyondQuota } from './quota.ts';
import { buildOwners, builds, images, users } from './schema.ts';

/** Builds in PostgreSQL; their jobs are added in the same transactions. */
export function createBuildStore(db: Sql, queue: Pick<Queue, 'enqueue'>): BuildStore {
  return {
    submit: (build, limits) => db.transaction((tx) => submit(tx, build, { limits, queue })),
    async find(id) {
      const [row] = await db.select().from(builds).where(eq(builds.id, id));
      return row;
    },
    async isOwner(id, userId) {
      const [row] = await db
        .select({ id: buildOwners.buildId })
        .from(buildOwners)
        .where(and(eq(buildOwners.buildId, id), eq(buildOwners.userId, userId)));
      return row !== undefined;
    },
    async listOwners(ids) {
      const rows = await db
        .select({ buildId: buildOwners.buildId, id: users.id, name: users.name })
        .from(buildOwners)
        .innerJoin(users, eq(users.id, buildOwners.userId))
        .where(inArray(buildOwners.buildId, [...ids]))
        .orderBy(users.name);
      return Map.groupBy(rows, ({ buildId }) => buildId);
    },
    async list(filter, { limit, after }) {
      const query = db.select({ build: builds }).from(builds).$dynamic();
      const conditions = toBuildConditions(filter, after);
      const { ownerId } = filter;
      if (ownerId !== undefined) {
        query.innerJoin(buildOwners, eq(buildOwners.buildId, builds.id));
        conditions.push(eq(buildOwners.userId, ownerId));
      }
      const rows = await query
        .where(and(...conditions))
        .orderBy(desc(builds.createdAt), desc(builds.id))
        .limit(limit);
      return rows.map(({ build }) => build);
    },
    async countByState({ ownerId } = {}) {
      const query = db
        .select({ state: builds.state, count: sql<number>`count(*)::int` })
        .from(builds)
        .$dynamic();
      if (ownerId !== undefined) {
        const owned = and(eq(buildOwners.buildId, builds.id), eq(buildOwners.userId, ownerId));
        query.innerJoin(buildOwners, owned);
      }
      const rows = await query.groupBy(builds.state);
      const counts = new Map(rows.map(({ state, count }) => [state, count]));
      return Object.fromEntries(buildStates.map((state) => [state, counts.get(state) ?? 0])) as Counts;
    },
    cancel: (id) => db.transaction((tx) => cancel(tx, id)),
    remove: (id) => db.transaction((tx) => remove(tx, id)),
    claim: (id, maxCrashes) => db.transaction((tx) => claim(tx, id, maxCrashes)),
    setPhase: (held, phase) =>
      db.transaction(async (tx) => {
        const rows = await tx.update(builds).set({ phase }).where(isHeld(held)).returning({ id: builds.id });
        await announce(tx, { kind: 'build', id: held.id });
        return rows.length > 0;
      }),
    release: (held) =>
      db.transaction(async (tx) => {
        await tx.update(builds).set({ state: 'queued', phase: null }).where(isHeld(held));
        await announce(tx, { kind: 'build', id: held.id });
      }),
    finish: (held, outcome) => db.transaction((tx) => finish(tx, held, outcome)),
    async isCancelRequested(id) {
      const [row] = await db.select({ at: builds.cancelRequestedAt }).from(builds).where(eq(builds.id, id));
      return row?.at != null;
    },
    requeueLost: () => requeueLost(db, queue),
  };
}

type Counts = Awaited<ReturnType<BuildStore['countByState']>>;

const inFlight = inArray(builds.state, ['queued', 'running']);

type SubmitContext = { readonly limits: SubmitLimits; readonly queue: Pick<Queue, 'enqueue'> };

/** The unique index over builds in flight decides a race: who comes second waits for the first, then joins it. */
async function submit(
  tx: Transaction,
  { ownerId, ...build }: NewBuild,
  { limits, queue }: SubmitContext,
): Promise<Submission> {
  const [added] = await tx
    .insert(builds)
    .values({ ...build, state: 'queued' })
    .onConflictDoNothing({ target: builds.joinKey, where: inFlight })
    .returning({ id: builds.id, createdAt: builds.createdAt });
  const own = added ?? (await findInFlight(tx, build.joinKey));
  if (own === undefined) return submit(tx, { ownerId, ...build }, { limits, queue });
  await tx
    .insert(buildOwners)
    .values({ buildId: own.id, userId: ownerId, createdAt: own.createdAt })
    .onConflictDoNothing();
  if (added === undefined) return { id: own.id, isJoined: true };
  await refuseBeyondQuota(tx, ownerId, limits);
  await queue.enqueue(tx, build.id, ownerId);
  await announce(tx, { kind: 'build', id: build.id });
  return { id: build.id, isJoined: false };
}

async function findInFlight(tx: Transaction, joinKey: string) {
  const [row] = await tx
    .select({ id: builds.id, createdAt: builds.createdAt })
    .from(builds)
    .where(and(eq(builds.joinKey, joinKey), inFlight));
  return row;
}

/** @throws BUILD_NOT_FOUND, BUILD_FINISHED */
export async function cancel(tx: Transaction, id: string): Promise<void> {
  const [row] = await tx.select({ state: builds.state }).from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined) throw notFound(id);
  if (isFinal(row.state))
    throw new AppError('BUILD_FINISHED', `the build has ended already: it ${row.state}`);
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

async function remove(tx: Transaction, id: string): Promise<void> {
  const [row] = await tx.select({ state: builds.state }).from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined) throw notFound(id);
  if (!isFinal(row.state)) {
    throw new AppError('BUILD_FINISHED', 'the build has not ended', { hint: 'cancel it first' });
  }
  await tx.delete(builds).where(eq(builds.id, id));
  await announce(tx, { kind: 'build', id });
}

async function claim(tx: Transaction, id: string, maxCrashes: number): Promise<ClaimResult> {
  const [row] = await tx.select().from(builds).where(eq(builds.id, id)).for('update');
  if (row === undefined || isFinal(row.state)) return { kind: 'gone' };
  const crashes = row.crashes + (row.state === 'running' ? 1 : 0);
  const now = new Date();
  const giveUp = row.cancelRequestedAt
    ? { state: 'cancelled' as const, failure: cancelledWhileInterrupted }
    : crashes > maxCrashes
      ? { state: 'failed' as const, failure: toInterrupted(crashes) }
      : undefined;
  const change = giveUp
    ? { ...giveUp, crashes, phase: null, finishedAt: now }
    : {
        state: 'running' as const,
        phase: 'resolving' as const,
        attempt: row.attempt + 1,
        crashes,
        startedAt: row.startedAt ?? now,
      };
  const [build] = await tx.update(builds).set(change).where(eq(builds.id, id)).returning();
  await announce(tx, { kind: 'build', id });
  if (giveUp !== undefined || build === undefined) return { kind: 'gone' };
  return { kind: 'claimed', build, claim: { id, attempt: build.attempt } };
}

const cancelledWhileInterrupted = { code: 'CANCELLED', message: 'cancelled by a user' } as const;

function toInterrupted(crashes: number) {
  const message = `the service ended ${crashes} times while it worked on this build, and has given it up`;
  return { code: 'BUILD_INTERRUPTED', message, hint: 'ask the operator; its log says why' } as const;
}

function isHeld({ id, attempt }: Claim): SQL | undefined {
  return and(eq(builds.id, id), eq(builds.attempt, attempt), eq(builds.state, 'running'));
}

async function finish(
  tx: Transaction,
  held: Claim,
  { state, failure, result }: BuildOutcome,
): Promise<boolean> {
  const { sif, ...product } = result ?? {};
  const files = sif && { sifFilename: sif.filename, sifSha256: sif.sha256, sifSizeBytes: sif.sizeBytes };
  const [row] = await tx
    .update(builds)
    .set({ state, phase: null, finishedAt: new Date(), failure: failure ?? null, ...product, ...files })
    .where(isHeld(held))
    .returning({ id: builds.id });
  if (row === undefined) return false;
  if (result !== undefined) {
    const { imageReference: reference, manifestDigest, recipeDigest } = result;
    const image = {
      reference,
      manifestDigest,
      recipeDigest,
      buildId: held.id,
      publishedAt: new Date(),
      ...files,
    };
    const target = [images.reference, images.sifFilename];
    const [published] = await tx
      .insert(images)
      .values(image)
      .onConflictDoUpdate({ target, set: image })
      .returning({ id: images.id });
    if (published !== undefined) await giveImage(tx, published.id, held.id);
  }
  await announce(tx, { kind: 'build', id: held.id });
  return true;
}

/** What a lost job leaves behind, such as after a restored backup, which has no jobs. */
async function requeueLost(db: Sql, queue: Pick<Queue, 'enqueue'>): Promise<number> {
  const rows = await db
    .select({ id: builds.id, ownerId: sql<string | null>`min(${buildOwners.userId}::text)` })
    .from(builds)
    .leftJoin(buildOwners, eq(buildOwners.buildId, builds.id))
    .leftJoin(
      sql`pgboss.job as job`,
      sql`job.name = ${queueName} and job.singleton_key = ${builds.id}::text and job.state < 'completed'`,
    )
    .where(and(inFlight, isNull(sql`job.id`)))
    .groupBy(builds.id)
    .orderBy(builds.createdAt);
  for (const { id, ownerId } of rows) await db.transaction((tx) => queue.enqueue(tx, id, ownerId ?? id));
  return rows.length;
}

function notFound(id: string): AppError {
  return new AppError('BUILD_NOT_FOUND', `there is no build ${id}`);
}
