import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import type { ImageIndex, ImageManifest } from '../../oci/descriptor.ts';
import { type Digest, isDigest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';

/** One image of a Docker archive. @see Docker image spec v1.2, Combined Image JSON + Filesystem Changeset */
export type DockerArchiveImage = {
  /** Name of the configuration's member. */
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null | undefined;
  /** Names of the layers' members, from the lowest to the highest. */
  readonly Layers: readonly string[];
};

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no SHA-256 digest');
const texts = z.array(z.string()).nullish();
const textByName = z.record(z.string(), z.string()).nullish();

const descriptor = z.looseObject({
  mediaType: z.string().default(''),
  digest,
  size: z.number().int().nonnegative(),
  platform: z
    .looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
    .optional(),
  annotations: textByName,
});
const index = z.looseObject({ manifests: z.array(descriptor) });
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) });
const config = z.looseObject({
  created: z.string().optional().catch(undefined),
  architecture: z.string(),
  os: z.string().default('linux'),
  config: z
    .looseObject({
      User: z.string().optional(),
      Env: texts,
      Entrypoint: texts,
      Cmd: texts,
      WorkingDir: z.string().optional(),
      Labels: textByName,
    })
    .nullish()
    .transform((value) => value ?? undefined),
  rootfs: z.looseObject({ diff_ids: z.array(digest) }),
});
const dockerArchive = z.array(
  z.looseObject({ Config: z.string(), RepoTags: texts, Layers: z.array(z.string()) }),
);

export function parseIndex(text: string, what: string): ImageIndex {
  return parse<ImageIndex>(index, text, what);
}

export function parseManifest(text: string, what: string): Pick<ImageManifest, 'config' | 'layers'> {
  return parse<Pick<ImageManifest, 'config' | 'layers'>>(manifest, text, what);
}

export function parseConfig(text: string, what: string): ImageConfig {
  return parse<ImageConfig>(config, text, what);
}

export function parseDockerArchive(text: string, what: string): DockerArchiveImage[] {
  return parse<DockerArchiveImage[]>(dockerArchive, text, what);
}

/** What an image holds was written by others: nothing of it is taken for granted. */
function parse<T>(schema: z.ZodType, text: string, what: string): T {
  const result = schema.safeParse(parseJson(text, what));
  if (result.success) return result.data as T;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') || 'it';
  throw new AppError('SIF_SOURCE_INVALID', `${what} is malformed: ${place}: ${issue?.message}`, {
    hint: 'this is no container image, or it is damaged',
  });
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('SIF_SOURCE_INVALID', `${what} is no JSON`, { cause: error });
  }
}
