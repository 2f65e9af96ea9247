import { and, eq, type SQL } from 'drizzle-orm';
import type { BuildOutcome } from '../../service/build-record.ts';
import { isFinal } from '../../service/build-states.ts';
import type { Claim, ClaimOptions, ClaimResult, ClaimStatus } from '../../service/ports.ts';
import { announce } from '../change-feed.ts';
import type { Sql, Transaction } from '../database.ts';
import { giveImage } from '../image-owners.ts';
import { builds, images } from '../schema.ts';

export async function claim(
  tx: Transaction,
  id: string,
  { maxCrashes, worker }: ClaimOptions,
): Promise<ClaimResult> {
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
        worker,
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

export function isHeld({ id, attempt }: Claim): SQL | undefined {
  return and(eq(builds.id, id), eq(builds.attempt, attempt), eq(builds.state, 'running'));
}

export async function finish(
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

/** How a claim stands; a build that was deleted is lost. */
export async function look(db: Sql, held: Claim): Promise<ClaimStatus> {
  const [row] = await db.select({ at: builds.cancelRequestedAt }).from(builds).where(isHeld(held));
  if (row === undefined) return 'lost';
  return row.at === null ? 'held' : 'cancel-requested';
}
