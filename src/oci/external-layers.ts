import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from './digest.ts';

/** A layer that is kept as files, beside what its tar archive has around them. */
export type ExternalLayer = {
  /** Path of the archive's headers in the tar-split format, compressed by gzip. */
  readonly tarSplit: string;
  /** Path of the folder that holds the layer's files under their own names. */
  readonly folder: string;
};

/** By the digest of the tar archive (diff ID). */
export type ExternalLayers = ReadonlyMap<Digest, ExternalLayer>;

const filename = 'external-layers.json';

/**
 * Says where the layers are that a layout of our own does not have among its blobs. Layouts of others are
 * never asked: the paths are those of this machine.
 *
 * @see OCI image-spec, image-layout.md: missing blobs are fulfilled by an external blob store
 */
export async function writeExternalLayers(layout: string, layers: ExternalLayers): Promise<void> {
  await writeFile(join(layout, filename), JSON.stringify([...layers]));
}

/** Empty where the layout is complete. */
export async function readExternalLayers(layout: string): Promise<ExternalLayers> {
  const text = await readFile(join(layout, filename), 'utf8').catch(() => '[]');
  return new Map(JSON.parse(text) as [Digest, ExternalLayer][]);
}
