import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { BuildRecord } from '../service/build-record.ts';
import { buildStates } from '../service/build-states.ts';
import type { BuildFilter, BuildStore } from '../service/ports.ts';
import { toBuildConditions } from './build-filter.ts';
import { claim, finish, isHeld, look } from './builds/claim.ts';
import { cancel, leave, remove } from './builds/end.ts';
import { requeueLost, retryHeld } from './builds/recover.ts';
import { isInFlight, submit } from './builds/submit.ts';
import { announce, announceCommitted } from './change-feed.ts';
import type { Sql } from './database.ts';
import type { Queue } from './queue.ts';
import { buildOwners, builds, users } from './schema.ts';

/** Builds in PostgreSQL; their jobs are added in the same transactions. */
export function createBuildStore(db: Sql, queue: Pick<Queue, 'enqueue' | 'retry'>): BuildStore {
  return {
    async submit(build, limits) {
      const submission = await db.transaction((tx) => submit(tx, build, { limits, queue }));
      // Nobody knows the new build yet; a worker that is not told looks within a second.
      if (!submission.isJoined) announceCommitted(db, { kind: 'build', id: build.id }).catch(() => undefined);
      return submission;
    },
    isInFlight: (joinKey) => isInFlight(db, joinKey),
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
    list: (filter, page) => list(db, filter, page),
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
    leave: (id, userId) => db.transaction((tx) => leave(tx, id, userId)),
    remove: (id) => db.transaction((tx) => remove(tx, id)),
    claim: (id, options) => db.transaction((tx) => claim(tx, id, options)),
    setPhase: (held, phase) =>
      db.transaction(async (tx) => {
        const rows = await tx.update(builds).set({ phase }).where(isHeld(held)).returning({ id: builds.id });
        if (rows.length > 0) await announce(tx, { kind: 'build', id: held.id });
        return rows.length > 0;
      }),
    release: (held) =>
      db.transaction(async (tx) => {
        await tx.update(builds).set({ state: 'queued', phase: null }).where(isHeld(held));
        await announce(tx, { kind: 'build', id: held.id });
      }),
    finish: (held, outcome) => db.transaction((tx) => finish(tx, held, outcome)),
    look: (held) => look(db, held),
    requeueLost: () => requeueLost(db, queue),
    retryHeld: (worker) => retryHeld(db, queue, worker),
  };
}

type Counts = Awaited<ReturnType<BuildStore['countByState']>>;

/** The order is that of an index: of all builds, or of those of one user. */
async function list(
  db: Sql,
  { ownerId, ...filter }: BuildFilter,
  { limit, after }: Parameters<BuildStore['list']>[1],
): Promise<readonly BuildRecord[]> {
  const query = db.select({ build: builds }).from(builds).$dynamic();
  const conditions = toBuildConditions(filter);
  const [time, id] =
    ownerId === undefined
      ? ([builds.createdAt, builds.id] as const)
      : ([buildOwners.createdAt, buildOwners.buildId] as const);
  if (ownerId !== undefined) {
    query.innerJoin(buildOwners, eq(buildOwners.buildId, builds.id));
    conditions.push(eq(buildOwners.userId, ownerId));
  }
  if (after !== undefined)
    conditions.push(sql`(${time}, ${id}) < (${after.createdAt.toISOString()}, ${after.id})`);
  const rows = await query
    .where(and(...conditions))
    .orderBy(desc(time), desc(id))
    .limit(limit);
  return rows.map(({ build }) => build);
}
