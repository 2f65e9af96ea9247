import { AppError } from '../../errors/app-error.ts';
import type { Descriptor, ImageIndex } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ExternalLayers } from '../../oci/external-layers.ts';
import type { Platform } from '../../oci/platform.ts';
import { type BlobStore, readDocument } from './blob-store.ts';
import { parseConfig, parseIndex, parseManifest } from './documents.ts';
import { createExternalLayerSource } from './external-layer.ts';
import type { ImageSource } from './image-source.ts';
import { createLayerSource } from './layer.ts';
import { pickPlatform, requirePlatform } from './platform-choice.ts';

export type Selection = {
  /** Chooses among several platforms; default the host's. */
  readonly platform?: Platform | undefined;
  /** `org.opencontainers.image.ref.name` to choose among several images. */
  readonly tag?: string | undefined;
  /** Layers that are not among the blobs; only for layouts of our own. */
  readonly externalLayers?: ExternalLayers | undefined;
};

/** An index that points to indexes that point to indexes is not believed for ever. */
const maxIndexDepth = 4;

/** Opens one image of an OCI image layout. @param indexText Content of `index.json`. */
export async function openLayoutImage(
  blobs: BlobStore,
  indexText: string,
  selection: Selection,
): Promise<ImageSource> {
  const named = findTagged(parseIndex(indexText, 'index.json'), selection.tag);
  const { digest } = await findManifest(blobs, named, selection.platform, maxIndexDepth);
  const manifest = parseManifest(await readDocument(blobs, digest), digest);
  for (const layer of manifest.layers) requireLayerType(layer);
  const configText = await readDocument(blobs, manifest.config.digest);
  return createImageSource(blobs, {
    configText,
    layers: manifest.layers,
    digest,
    platform: selection.platform,
    externalLayers: selection.externalLayers,
  });
}

export type ImageDocuments = {
  /** The configuration exactly as stored. */
  readonly configText: string;
  readonly layers: readonly Pick<Descriptor, 'digest' | 'size'>[];
  /** What identifies the image. */
  readonly digest: Digest;
  /** What was asked for, if anything. */
  readonly platform: Platform | undefined;
  readonly externalLayers?: ExternalLayers | undefined;
};

/** @throws SIF_SOURCE_INVALID - the documents contradict each other or are for another platform */
export function createImageSource(blobs: BlobStore, documents: ImageDocuments): ImageSource {
  const { configText, layers, digest, platform, externalLayers } = documents;
  const config = parseConfig(configText, 'the configuration');
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== layers.length) {
    throw new AppError(
      'SIF_SOURCE_INVALID',
      `the image's manifest has ${layers.length} layers, its configuration ${diffIds.length}`,
    );
  }
  if (platform !== undefined) requirePlatform(config, platform);
  return {
    config,
    manifestDigest: digest,
    layers: layers.map((layer, position) => {
      const external = externalLayers?.get(layer.digest);
      if (external !== undefined) return createExternalLayerSource(external, layer);
      return createLayerSource(blobs, layer, diffIds[position] ?? layer.digest);
    }),
    close: () => blobs.close(),
  };
}

function findTagged({ manifests }: ImageIndex, tag: string | undefined): readonly Descriptor[] {
  const tags = manifests.map(tagOf).filter((name) => name !== undefined);
  if (tag === undefined) {
    if (manifests.length > 1 && new Set(tags).size > 1) throw tellTags('there are several images', tags);
    return manifests;
  }
  const found = manifests.filter((entry) => tagOf(entry) === tag);
  if (found.length === 0) throw tellTags(`there is no image named ${tag}`, tags);
  return found;
}

function tellTags(problem: string, tags: readonly string[]): AppError {
  return new AppError('SIF_SOURCE_INVALID', problem, {
    hint: tags.length === 0 ? 'leave the name out' : `name one of ${[...new Set(tags)].join(', ')}`,
  });
}

async function findManifest(
  blobs: BlobStore,
  entries: readonly Descriptor[],
  platform: Platform | undefined,
  depth: number,
): Promise<Descriptor> {
  const chosen = pickPlatform(entries, platform);
  if (!chosen.mediaType.includes('index') && !chosen.mediaType.includes('manifest.list')) return chosen;
  if (depth === 0) throw new AppError('SIF_SOURCE_INVALID', 'the image index is nested too deeply');
  const nested = parseIndex(await readDocument(blobs, chosen.digest), chosen.digest);
  return findManifest(blobs, nested.manifests, platform, depth - 1);
}

/** @see OCI image-spec, layer.md; Docker image manifest v2 schema 2 */
function requireLayerType({ digest, mediaType }: Descriptor): void {
  if (mediaType === '' || /\.tar([.+](gzip|zstd))?$/.test(mediaType)) return;
  throw new AppError('SIF_SOURCE_INVALID', `the layer ${digest} is of the type ${mediaType}`, {
    hint: 'only layers of plain, gzip or zstd compressed tar archives make a root file system',
  });
}

function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.['org.opencontainers.image.ref.name'];
}
