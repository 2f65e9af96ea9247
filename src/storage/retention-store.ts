import { and, eq, inArray, sql } from 'drizzle-orm';
import { finalStates } from '../service/build-states.ts';
import type { RetentionStore } from '../service/retention/ports.ts';
import { announce } from './change-feed.ts';
import type { Database } from './database.ts';
import { builds, images } from './schema.ts';

/** Any number that nobody else locks in this database. */
const lockId = 0x636964;

export function createRetentionStore({ sql: db, pool }: Database): RetentionStore {
  const isFinal = inArray(builds.state, [...finalStates]);
  const hasImage = sql<boolean>`exists (select 1 from images where images.build_id = ${builds}.id)`;
  return {
    async exclusively(work) {
      const client = await pool.connect();
      try {
        const { rows } = await client.query('select pg_try_advisory_lock($1) as mine', [lockId]);
        if (rows[0].mine !== true) return undefined;
        return await work().finally(() => client.query('select pg_advisory_unlock($1)', [lockId]));
      } finally {
        client.release();
      }
    },
    async listEndedBuilds() {
      const rows = await db
        .select({ id: builds.id, finishedAt: builds.finishedAt, createdAt: builds.createdAt, hasImage })
        .from(builds)
        .where(isFinal);
      return rows.map(({ id, finishedAt, createdAt, hasImage: has }) => ({
        id,
        finishedAt: finishedAt ?? createdAt,
        hasImage: has,
      }));
    },
    async listBuildIds() {
      return new Set((await db.select({ id: builds.id }).from(builds)).map(({ id }) => id));
    },
    async listImages() {
      const rows = await db
        .select({
          image: images,
          isInFlight: sql<boolean>`exists (
            select 1 from builds made join builds b using (workflow, step, version)
            where made.id = ${images.buildId} and b.state in ('queued', 'running'))`,
        })
        .from(images);
      return rows.map(({ image, isInFlight }) => ({
        id: image.id,
        reference: image.reference,
        sif:
          image.sifFilename === null
            ? null
            : { filename: image.sifFilename, sizeBytes: image.sifSizeBytes ?? 0 },
        publishedAt: image.publishedAt,
        isInFlight,
      }));
    },
    removeBuild: (id) =>
      db.transaction(async (tx) => {
        const condition = and(eq(builds.id, id), isFinal, sql`not ${hasImage}`);
        const rows = await tx.delete(builds).where(condition).returning({ id: builds.id });
        if (rows.length > 0) await announce(tx, { kind: 'build', id });
        return rows.length > 0;
      }),
    async removeImage({ id, publishedAt }) {
      const condition = and(eq(images.id, id), eq(images.publishedAt, publishedAt));
      const rows = await db.delete(images).where(condition).returning({ id: images.id });
      return rows.length > 0;
    },
  };
}
