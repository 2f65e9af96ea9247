import { eq, sql } from 'drizzle-orm';
import type { Sql, Transaction } from './database.ts';
import { buildOwners, imageOwners, images } from './schema.ts';

/** An image goes to those who asked for the build that has just published it. */
export async function giveImage(tx: Transaction, imageId: string, buildId: string): Promise<void> {
  await tx.delete(imageOwners).where(eq(imageOwners.imageId, imageId));
  const owners = tx
    .select({ imageId: sql<string>`${imageId}::uuid`.as('image_id'), userId: buildOwners.userId })
    .from(buildOwners)
    .where(eq(buildOwners.buildId, buildId));
  await tx.insert(imageOwners).select(owners);
}

/** Of the SIF files that a user owns. */
export async function sumStoredBytes(db: Pick<Sql, 'select'>, userId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql<string>`coalesce(sum(${images.sifSizeBytes}), 0)` })
    .from(images)
    .innerJoin(imageOwners, eq(imageOwners.imageId, images.id))
    .where(eq(imageOwners.userId, userId));
  return Number(row?.bytes ?? 0);
}
