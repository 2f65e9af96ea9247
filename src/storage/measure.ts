import { eq, min } from 'drizzle-orm';
import type { BuildStore } from '../service/ports.ts';
import type { Database } from './database.ts';
import { builds } from './schema.ts';

/** What an operator watches of the database. */
export type StorageMeasurement = {
  readonly builds: Awaited<ReturnType<BuildStore['countByState']>>;
  /** When the build was asked for that has waited longest; null when none waits. */
  readonly oldestQueuedAt: Date | null;
  /** Connections of this process. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
};

export async function measureStorage(
  { sql, pool }: Database,
  store: Pick<BuildStore, 'countByState'>,
): Promise<StorageMeasurement> {
  const [row] = await sql
    .select({ oldest: min(builds.createdAt) })
    .from(builds)
    .where(eq(builds.state, 'queued'));
  return {
    builds: await store.countByState(),
    oldestQueuedAt: row?.oldest ?? null,
    pool: { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
  };
}
