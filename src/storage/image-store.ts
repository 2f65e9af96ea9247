import { and, desc, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { ImageRecord, ImageStore } from '../service/ports.ts';
import { contains, namesStep } from './build-filter.ts';
import type { Sql } from './database.ts';
import { sumStoredBytes } from './image-owners.ts';
import { builds, imageOwners, images } from './schema.ts';

/** Published images in PostgreSQL. */
export function createImageStore(db: Sql): ImageStore {
  const select = () =>
    db
      .select({
        image: images,
        build: {
          id: builds.id,
          workflow: builds.workflow,
          step: builds.step,
          version: builds.version,
          machine: builds.machine,
        },
      })
      .from(images)
      .leftJoin(builds, eq(builds.id, images.buildId))
      .$dynamic();
  return {
    async find(id) {
      const [row] = await select().where(eq(images.id, id));
      return row && toRecord(row);
    },
    async findFile(filename) {
      const [row] = await select().where(eq(images.sifFilename, filename));
      return row && toRecord(row);
    },
    async findByName({ reference, sifFilename }) {
      const sameFile =
        sifFilename === null ? isNull(images.sifFilename) : eq(images.sifFilename, sifFilename);
      const [row] = await select().where(and(eq(images.reference, reference), sameFile));
      return row && toRecord(row);
    },
    async list({ ownerId, search }, { limit, after }) {
      const query = select();
      const conditions = [
        after &&
          sql`(${images.publishedAt}, ${images.id}) < (${after.publishedAt.toISOString()}, ${after.id})`,
        search === undefined ? undefined : matches(search),
      ];
      if (ownerId !== undefined) {
        query.innerJoin(imageOwners, eq(imageOwners.imageId, images.id));
        conditions.push(eq(imageOwners.userId, ownerId));
      }
      const rows = await query
        .where(and(...conditions))
        .orderBy(desc(images.publishedAt), desc(images.id))
        .limit(limit);
      return rows.map(toRecord);
    },
    async isOwner(id, userId) {
      const rows = await db
        .select({ id: imageOwners.imageId })
        .from(imageOwners)
        .where(and(eq(imageOwners.imageId, id), eq(imageOwners.userId, userId)));
      return rows.length > 0;
    },
    async findOwned(ids, userId) {
      const rows = await db
        .select({ id: imageOwners.imageId })
        .from(imageOwners)
        .where(and(inArray(imageOwners.imageId, [...ids]), eq(imageOwners.userId, userId)));
      return new Set(rows.map(({ id }) => id));
    },
    async remove({ id, publishedAt }) {
      const same = and(eq(images.id, id), eq(images.publishedAt, publishedAt));
      const rows = await db.delete(images).where(same).returning({ id: images.id });
      return rows.length > 0;
    },
    storedBytes: (userId) => sumStoredBytes(db, userId),
  };
}

function matches(search: string): SQL | undefined {
  return or(contains([images.reference, images.sifFilename, builds.machine], search), namesStep(search));
}

type Row = {
  readonly image: typeof images.$inferSelect;
  readonly build: NonNullable<ImageRecord['build']> | null;
};

function toRecord({ image, build }: Row): ImageRecord {
  const { id, reference, manifestDigest, recipeDigest, publishedAt } = image;
  const { sifFilename: filename, sifSha256: sha256, sifSizeBytes: sizeBytes } = image;
  const sif =
    filename === null || sha256 === null || sizeBytes === null ? null : { filename, sha256, sizeBytes };
  return { id, reference, manifestDigest, recipeDigest, publishedAt, sif, build };
}
