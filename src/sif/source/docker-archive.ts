import { AppError } from '../../errors/app-error.ts';
import { type Digest, digestOf, isDigest } from '../../oci/digest.ts';
import { type Archive, openArchive } from './archive.ts';
import { type BlobStore, digestMismatch, missingBlob } from './blob-store.ts';
import { type DockerArchiveImage, parseConfig, parseDockerArchive } from './documents.ts';
import type { ImageSource } from './image-source.ts';
import { createImageSource, type Selection } from './layout.ts';

const manifestName = 'manifest.json';

/**
 * Opens an image that `docker save` wrote. The archive has no digests for its layers as stored: they are
 * compared with those of their content, which the configuration lists.
 */
export async function openDockerArchive(path: string, selection: Selection): Promise<ImageSource> {
  const archive = await openArchive(path);
  try {
    const images = parseDockerArchive(await archive.readText(manifestName), manifestName);
    const image = findImage(images, selection.tag);
    const configText = await archive.readText(image.Config);
    const digest = verifyConfig(image.Config, configText);
    const diffIds = parseConfig(configText, image.Config).rootfs.diff_ids;
    return createImageSource(toBlobStore(archive, image, diffIds), {
      configText,
      layers: image.Layers.map((name, position) => ({
        digest: diffIds[position] ?? digest,
        size: archive.find(name)?.size ?? 0,
      })),
      digest,
      platform: selection.platform,
    });
  } catch (error) {
    await archive.close();
    throw error;
  }
}

function toBlobStore(archive: Archive, image: DockerArchiveImage, diffIds: readonly Digest[]): BlobStore {
  const names = new Map(diffIds.map((diffId, position) => [diffId, image.Layers[position]]));
  return {
    async open(digest) {
      const range = archive.find(names.get(digest) ?? '');
      if (range === undefined) throw missingBlob(digest);
      return range;
    },
    close: () => archive.close(),
  };
}

function findImage(images: readonly DockerArchiveImage[], name: string | undefined): DockerArchiveImage {
  const names = images.flatMap(({ RepoTags }) => RepoTags ?? []);
  const found =
    name === undefined ? images : images.filter(({ RepoTags }) => RepoTags?.some((tag) => isSame(tag, name)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const problem = name === undefined ? 'there are several images' : `there is no image named ${name}`;
  throw new AppError('SIF_SOURCE_INVALID', images.length === 0 ? 'there is no image' : problem, {
    ...(names.length > 0 && { hint: `name one of ${names.join(', ')}` }),
  });
}

/** `debian`, `debian:latest` and `docker.io/library/debian:latest` are one. */
function isSame(first: string, second: string): boolean {
  return normalizeReference(first) === normalizeReference(second);
}

function normalizeReference(name: string): string {
  const short = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return /:[^/]*$/.test(short) ? short : `${short}:latest`;
}

/** The configuration's name is its digest, which is the image's id too. */
function verifyConfig(name: string, text: string): Digest {
  const found = digestOf(text);
  const [, hex] = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name) ?? [];
  const expected = `sha256:${hex}`;
  if (isDigest(expected) && expected !== found) throw digestMismatch(expected, found);
  return found;
}
