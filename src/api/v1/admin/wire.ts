import { z } from 'zod';
import { buildStates } from '../../../service/build-states.ts';
import type { StorageFigures } from '../../../service/operations.ts';
import { type Removal, removalKinds } from '../../../service/retention/clean.ts';

const countSchema = z.int().min(0);

export const figuresSchema = z
  .object({
    builds: z
      .object(Object.fromEntries(buildStates.map((state) => [state, countSchema])) as BuildCounts)
      .meta({ description: 'Builds of all users by their state' }),
    concurrency: z.int().meta({ description: 'Builds that run at a time' }),
    worker: z.boolean().meta({ description: 'A worker is there to take builds' }),
    oldest_queued_at: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'When the build was asked for that has waited longest; RFC 3339, UTC' }),
    images: z.object({ count: countSchema, sif_bytes: countSchema }),
    disk: z
      .object({ total_bytes: countSchema, free_bytes: countSchema })
      .meta({ description: 'Of the file system with the data folder' }),
  })
  .meta({ id: 'SiteFigures' });

type BuildCounts = Readonly<Record<(typeof buildStates)[number], typeof countSchema>>;

export const retentionSchema = z
  .object({
    busy: z.boolean().meta({ description: 'Retention is at work now: ask again later' }),
    totals: z
      .array(z.object({ kind: z.enum(removalKinds), count: countSchema, size_bytes: countSchema }))
      .meta({ description: 'Of all that would be removed' }),
    items: z
      .array(z.object({ kind: z.enum(removalKinds), name: z.string(), size_bytes: countSchema }))
      .meta({ description: 'What would be removed, the largest first; at most 500' }),
  })
  .meta({ id: 'RetentionPlan' });

export const settingsSchema = z
  .object({ yaml: z.string().meta({ description: 'As `cic config print` shows it; secrets are masked' }) })
  .meta({ id: 'SiteSettings' });

export function toWireStorage({ images, oldestQueuedAt, disk }: StorageFigures) {
  return {
    oldest_queued_at: oldestQueuedAt?.toISOString() ?? null,
    images: { count: images.count, sif_bytes: images.sifBytes },
    disk: { total_bytes: disk.totalBytes, free_bytes: disk.freeBytes },
  };
}

const maxItems = 500;

export function toWireRetention(removals: readonly Removal[] | null): z.infer<typeof retentionSchema> {
  const all = removals ?? [];
  const totals = removalKinds.map((kind) => {
    const ofKind = all.filter((removal) => removal.kind === kind);
    return {
      kind,
      count: ofKind.length,
      size_bytes: ofKind.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    };
  });
  const largest = all.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, maxItems);
  return {
    busy: removals === null,
    totals,
    items: largest.map(({ kind, name, sizeBytes }) => ({ kind, name, size_bytes: sizeBytes })),
  };
}
