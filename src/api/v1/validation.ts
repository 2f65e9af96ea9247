import { z } from 'zod';
import type { Problem } from '../../errors/problem.ts';
import { formatPlatform } from '../../oci/platform.ts';
import type { BuildRequest } from '../../request/build-request.ts';
import { checkRequest } from '../../service/check-request.ts';
import type { ImageRecord } from '../../service/ports.ts';
import { toJoinKey } from '../../service/submit-build.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { fieldProblemSchema } from '../problem.ts';

const machineSchema = z
  .object({
    system: z.string().nullable().meta({ description: 'The named HPC system, by its main name' }),
    platform: z.string().meta({ examples: ['linux/amd64'] }),
    microarchitecture: z.string().meta({ description: 'archspec name' }),
    image_format: z.enum(['oci', 'sif']).meta({ description: 'sif: a SIF besides the OCI image' }),
    mpi: z.string().nullable(),
    gpu: z.string().nullable(),
    gpu_arch: z.string().nullable().meta({ description: 'What code for GPUs is compiled for' }),
  })
  .meta({ id: 'ResolvedMachine' });

const existingSchema = z
  .object({
    image_id: z.uuid(),
    digest: z.string().meta({ description: 'Of the image manifest' }),
    published_at: z.iso.datetime().meta({ description: 'RFC 3339, UTC' }),
  })
  .meta({ id: 'ExistingImage' });

export const validationSchema = z
  .object({
    valid: z.boolean(),
    problems: z.array(fieldProblemSchema),
    names: z
      .object({
        image: z.string().meta({ description: 'Full image reference' }),
        filename: z.string().nullable().meta({ description: 'Name of the SIF; null for Docker' }),
      })
      .nullable()
      .meta({ description: 'What would result; null, as all below, when the request has errors' }),
    machine: machineSchema.nullable().meta({ description: 'What the names of the request stand for' }),
    push: z.boolean().nullable().meta({ description: 'Whether the image would go to a registry' }),
    existing: existingSchema.nullable().meta({
      description:
        'The image that was published under these names; its inputs may have changed: a build finds out, and takes moments where they have not',
    }),
    in_flight: z
      .boolean()
      .nullable()
      .meta({ description: 'An equal request is in flight: who asks now joins it' }),
  })
  .meta({ id: 'Validation' });

type Validation = z.infer<typeof validationSchema>;

/** Everything about a request (JSON text) that is known without fetching anything. */
export async function validate(
  text: string,
  { systems, naming, images, builds }: Pick<ApiDependencies, 'systems' | 'naming' | 'images' | 'builds'>,
): Promise<Validation> {
  const { problems, request, names } = checkRequest(text, { systems, naming });
  const told = { valid: request !== undefined, problems: problems.map(toWireProblem) };
  if (request === undefined || names === undefined) {
    return { ...told, names: null, machine: null, push: null, existing: null, in_flight: null };
  }
  const [existing, isInFlight] = await Promise.all([
    images.findByName({ reference: names.image, sifFilename: names.sifFilename ?? null }),
    builds.isInFlight(toJoinKey(request)),
  ]);
  return {
    ...told,
    names: { image: names.image, filename: names.sifFilename ?? null },
    machine: toWireMachine(request),
    push: naming.registryPrefix !== undefined && request.push !== false,
    existing: existing ? toWireExisting(existing) : null,
    in_flight: isInFlight,
  };
}

function toWireMachine({ machine }: BuildRequest): NonNullable<Validation['machine']> {
  const { system, platform, microarchitecture, imageFormat, mpi, gpu, gpuArch } = machine;
  return {
    system: system?.name ?? null,
    platform: formatPlatform(platform),
    microarchitecture,
    image_format: imageFormat,
    mpi: mpi ?? null,
    gpu: gpu ?? null,
    gpu_arch: gpuArch ?? null,
  };
}

function toWireExisting({ id, manifestDigest, publishedAt }: ImageRecord) {
  return { image_id: id, digest: manifestDigest, published_at: publishedAt.toISOString() };
}

function toWireProblem({ severity, message, hint, field, position }: Problem) {
  return { severity, message, hint, field, position: position && { ...position } };
}
