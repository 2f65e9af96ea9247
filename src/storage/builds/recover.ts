import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Sql } from '../database.ts';
import { type Queue, queueName } from '../queue.ts';
import { buildOwners, builds } from '../schema.ts';

const inFlight = inArray(builds.state, ['queued', 'running']);

/** What a lost job leaves behind, such as after a restored backup, which has no jobs. */
export async function requeueLost(db: Sql, queue: Pick<Queue, 'enqueue'>): Promise<number> {
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

/** Jobs of the builds that a worker of this service had, or had just given back: none of them has it any more. */
export async function retryHeld(db: Sql, queue: Pick<Queue, 'retry'>, worker: string): Promise<number> {
  const rows = await db
    .select({ jobId: sql<string>`job.id` })
    .from(builds)
    .innerJoin(
      sql`pgboss.job as job`,
      sql`job.name = ${queueName} and job.singleton_key = ${builds.id}::text and job.state = 'active'`,
    )
    .where(and(eq(builds.worker, worker), inFlight));
  await queue.retry(rows.map(({ jobId }) => jobId));
  return rows.length;
}
