import { z } from 'zod';
import type { ImageRecord } from '../../service/ports.ts';
import type { ImageUse } from '../../service/run-image.ts';

export const imageSchema = z
  .object({
    id: z.uuid(),
    image: z.string().meta({ description: 'Full image reference' }),
    digest: z.string().meta({ description: 'Of the image manifest' }),
    recipe_digest: z.string(),
    sif: z
      .object({
        filename: z.string(),
        sha256: z.string().meta({ description: '64 hex digits' }),
        size_bytes: z.int(),
      })
      .nullable()
      .meta({ description: 'Null for an image for Docker' }),
    workflow: z
      .string()
      .nullable()
      .meta({ description: 'Null, as the next four, when its build was deleted' }),
    step: z.string().nullable(),
    version: z.string().nullable(),
    machine: z.string().nullable(),
    build_id: z.uuid().nullable().meta({ description: 'Null too for the builds of others' }),
    owned: z.boolean().meta({ description: 'You may delete it' }),
    published_at: z.iso.datetime().meta({ description: 'RFC 3339, UTC' }),
  })
  .meta({ id: 'Image' });

export type WireImage = z.infer<typeof imageSchema>;

export const imageDetailsSchema = imageSchema
  .extend({
    docker_reference: z
      .string()
      .nullable()
      .meta({ description: 'For `docker pull`; null where images are not pushed to a registry' }),
    apptainer_url: z
      .string()
      .nullable()
      .meta({ description: 'For `apptainer pull`: the SIF where it was pushed, else the image' }),
    run_script: z.string().nullable().meta({
      description: 'Lines of a job script that run it on its machine, as `cic run-line` prints them',
    }),
  })
  .meta({ id: 'ImageDetails' });

export function toWireUse({ dockerReference, apptainerUrl, runScript }: ImageUse) {
  return { docker_reference: dockerReference, apptainer_url: apptainerUrl, run_script: runScript };
}

type View = {
  /** Whether the reader may delete it. */
  readonly isOwned: boolean;
  readonly showsBuild: boolean;
};

export function toWireImage(image: ImageRecord, { isOwned, showsBuild }: View): WireImage {
  const { build, sif } = image;
  return {
    id: image.id,
    image: image.reference,
    digest: image.manifestDigest,
    recipe_digest: image.recipeDigest,
    sif: sif && { filename: sif.filename, sha256: sif.sha256, size_bytes: sif.sizeBytes },
    workflow: build?.workflow ?? null,
    step: build?.step ?? null,
    version: build?.version ?? null,
    machine: build?.machine ?? null,
    build_id: showsBuild ? (build?.id ?? null) : null,
    owned: isOwned,
    published_at: image.publishedAt.toISOString(),
  };
}
