import { AppError } from '../../errors/app-error.ts';
import type { Descriptor, ImageIndex, ImageManifest } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import { formatPlatform, hostPlatform, type Platform } from '../../oci/platform.ts';
import { type BlobStore, readDocument } from './blob-store.ts';
import type { ImageSource } from './image-source.ts';
import { createLayerSource } from './layer.ts';

export type Selection = {
  /** Chooses among several platforms; default the host's. */
  readonly platform?: Platform | undefined;
  /** `org.opencontainers.image.ref.name` to choose among several images. */
  readonly tag?: string | undefined;
};

/** Opens one image of an OCI image layout. @param indexText Content of `index.json`. */
export async function openLayoutImage(
  blobs: BlobStore,
  indexText: string,
  selection: Selection,
): Promise<ImageSource> {
  const index = parse<ImageIndex>(indexText, 'index.json');
  const manifestDescriptor = await findManifest(blobs, index, selection);
  const manifest = parse<ImageManifest>(
    await readDocument(blobs, manifestDescriptor.digest),
    manifestDescriptor.digest,
  );
  return createImageSource(blobs, manifest, manifestDescriptor.digest);
}

export async function createImageSource(
  blobs: BlobStore,
  manifest: Pick<ImageManifest, 'config' | 'layers'>,
  manifestDigest: Digest,
): Promise<ImageSource> {
  const configText = await readDocument(blobs, manifest.config.digest);
  const config = parse<ImageConfig>(configText, manifest.config.digest);
  const diffIds = config.rootfs?.diff_ids ?? [];
  if (diffIds.length !== manifest.layers.length) {
    throw new AppError(
      'SIF_SOURCE_INVALID',
      `the image's manifest has ${manifest.layers.length} layers, its configuration ${diffIds.length}`,
    );
  }
  return {
    config,
    configText,
    manifestDigest,
    layers: manifest.layers.map((layer, position) =>
      createLayerSource(blobs, layer, diffIds[position] ?? layer.digest),
    ),
    close: () => blobs.close(),
  };
}

async function findManifest(blobs: BlobStore, index: ImageIndex, selection: Selection): Promise<Descriptor> {
  const { tag } = selection;
  const named =
    tag === undefined ? index.manifests : index.manifests.filter((entry) => refName(entry) === tag);
  const candidates = named.filter((entry) => entry.platform?.architecture !== 'unknown');
  const [only] = candidates;
  if (only === undefined) {
    const names = index.manifests.map(refName).filter((name) => name !== undefined);
    throw new AppError('SIF_SOURCE_INVALID', `there is no image${tag === undefined ? '' : ` named ${tag}`}`, {
      ...(names.length > 0 && { hint: `it has ${names.join(', ')}` }),
    });
  }
  const chosen = candidates.length === 1 ? only : pickPlatform(candidates, selection.platform);
  if (!chosen.mediaType.includes('index') && !chosen.mediaType.includes('manifest.list')) return chosen;
  const nested = parse<ImageIndex>(await readDocument(blobs, chosen.digest), chosen.digest);
  return findManifest(blobs, nested, { platform: selection.platform });
}

function pickPlatform(candidates: readonly Descriptor[], wanted = hostPlatform()): Descriptor {
  const found = candidates.find(
    ({ platform }) => platform?.os === wanted?.os && platform?.architecture === wanted?.architecture,
  );
  if (found !== undefined) return found;
  const names = candidates.map(({ platform }) =>
    platform ? `${platform.os}/${platform.architecture}` : 'unnamed',
  );
  throw new AppError(
    'SIF_SOURCE_INVALID',
    `there is no image for ${wanted === undefined ? 'this machine' : formatPlatform(wanted)}`,
    { hint: `choose with --platform among ${names.join(', ')}` },
  );
}

function refName(entry: Descriptor): string | undefined {
  return entry.annotations?.['org.opencontainers.image.ref.name'];
}

function parse<T>(text: string, what: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new AppError('SIF_SOURCE_INVALID', `${what} is no JSON`, { cause: error });
  }
}
