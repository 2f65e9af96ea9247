import { count, eq, min, sql as text } from 'drizzle-orm';
import type { BuildStore } from '../service/ports.ts';
import type { Database } from './database.ts';
import { builds, images } from './schema.ts';

/** What an operator watches of the database. */
export type StorageMeasurement = {
  readonly builds: Awaited<ReturnType<BuildStore['countByState']>>;
  /** When the build was asked for that has waited longest; null when none waits. */
  readonly oldestQueuedAt: Date | null;
  /** What is published. */
  readonly images: { readonly count: number; readonly sifBytes: number };
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
  const [published] = await sql
    .select({ count: count(), bytes: text<string>`coalesce(sum(${images.sifSizeBytes}), 0)` })
    .from(images);
  return {
    builds: await store.countByState(),
    oldestQueuedAt: row?.oldest ?? null,
    images: { count: published?.count ?? 0, sifBytes: Number(published?.bytes ?? 0) },
    pool: { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
  };
}
