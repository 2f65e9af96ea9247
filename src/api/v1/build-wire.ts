import { z } from 'zod';
import { type ErrorCode, errorCodes } from '../../errors/codes.ts';
import type { BuildRecord } from '../../service/build-record.ts';
import { buildStates, phases } from '../../service/build-states.ts';
import type { BuildOwner } from '../../service/ports.ts';

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];
export const buildKinds = ['image', 'plan'] as const;

const time = (description: string) => z.iso.datetime().meta({ description: `${description}; RFC 3339, UTC` });

const failureSchema = z
  .object({
    code: z.enum(codes).meta({ description: 'As in docs/errors.md' }),
    message: z.string().meta({ description: 'What happened; several lines' }),
    hint: z.string().optional().meta({ description: 'What to do next' }),
  })
  .meta({ id: 'BuildFailure' });

export const buildSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(buildKinds).meta({ description: 'plan: a dry run, whose result is plan.json' }),
    state: z.enum(buildStates),
    phase: z.enum(phases).nullable().meta({ description: 'Null unless the build is running' }),
    workflow: z.string(),
    step: z.string(),
    version: z.string().meta({ description: 'Branch, tag or commit that was asked for' }),
    machine: z.string().meta({ description: 'Name of the HPC system, or the architecture' }),
    owners: z.array(z.string()).meta({ description: 'Names of the users who asked for it' }),
    attempt: z.int().meta({ description: 'Beyond 1 after the service was interrupted' }),
    created_at: time('When it was asked for'),
    started_at: time('When a worker first took it').nullable(),
    finished_at: time('When it ended').nullable(),
    cancel_requested: z.boolean(),
    failure: failureSchema.nullable(),
    image: z.string().nullable().meta({ description: 'Full image reference' }),
    digest: z.string().nullable().meta({ description: 'Of the image manifest' }),
    recipe_digest: z.string().nullable(),
    sif: z
      .object({
        filename: z.string(),
        sha256: z.string().meta({ description: '64 hex digits' }),
        size_bytes: z.int(),
      })
      .nullable(),
    timings_ms: z.record(z.string(), z.int()).nullable().meta({ description: 'Wall time of each stage' }),
  })
  .meta({ id: 'Build' });

export type WireBuild = z.infer<typeof buildSchema>;

export const buildDetailsSchema = buildSchema
  .extend({
    image_id: z.uuid().nullable().meta({
      description: 'Of the image; null when it was removed, or a later build has its name with other content',
    }),
  })
  .meta({ id: 'BuildDetails' });

export function toWireBuild(build: BuildRecord, owners: readonly BuildOwner[]): WireBuild {
  const { sifFilename: filename, sifSha256: sha256, sifSizeBytes: sizeBytes } = build;
  const hasSif = filename !== null && sha256 !== null && sizeBytes !== null;
  return {
    id: build.id,
    kind: build.isPlan ? 'plan' : 'image',
    state: build.state,
    phase: build.phase,
    workflow: build.workflow,
    step: build.step,
    version: build.version,
    machine: build.machine,
    owners: owners.map(({ name }) => name),
    attempt: build.attempt,
    created_at: build.createdAt.toISOString(),
    started_at: build.startedAt?.toISOString() ?? null,
    finished_at: build.finishedAt?.toISOString() ?? null,
    cancel_requested: build.cancelRequestedAt !== null,
    failure: build.failure,
    image: build.imageReference,
    digest: build.manifestDigest,
    recipe_digest: build.recipeDigest,
    sif: hasSif ? { filename, sha256, size_bytes: sizeBytes } : null,
    timings_ms: build.timingsMs && { ...build.timingsMs },
  };
}
