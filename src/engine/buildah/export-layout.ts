import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Descriptor, ImageManifest } from '../../oci/descriptor.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import { writeExternalLayers } from '../../oci/external-layers.ts';
import type { StoredImage } from './stored-image.ts';

/**
 * Turns the folder that buildah's `dir:` transport writes into an OCI image layout, by renames.
 *
 * ```
 * manifest.json           → blobs/sha256/<its digest>
 * <64 hex digits>         → blobs/sha256/<64 hex digits>
 * version, signature-…    → removed
 * ```
 *
 * @returns Digest of the manifest.
 */
export async function writeLayoutFromDirectory(source: string, layout: string): Promise<Digest> {
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const manifest = await readFile(join(source, 'manifest.json'));
  const digest = digestOf(manifest);
  for (const name of await readdir(source)) {
    if (/^[0-9a-f]{64}$/.test(name)) await rename(join(source, name), join(blobs, name));
  }
  await rename(join(source, 'manifest.json'), join(blobs, digestHex(digest)));
  await rm(source, { recursive: true });
  await writeIndex(layout, manifest);
  return digest;
}

/**
 * Writes a layout whose layers stay in buildah's store.
 *
 * @returns Digest of the manifest.
 */
export async function writeLayoutInPlace(image: StoredImage, layout: string): Promise<Digest> {
  const blobs = join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const document of [image.manifest, image.config])
    await writeFile(join(blobs, digestHex(digestOf(document))), document);
  await writeExternalLayers(layout, image.layers);
  await writeIndex(layout, Buffer.from(image.manifest));
  return digestOf(image.manifest);
}

async function writeIndex(layout: string, manifest: Buffer): Promise<void> {
  const { mediaType } = JSON.parse(manifest.toString()) as Pick<ImageManifest, 'mediaType'>;
  const descriptor: Descriptor = {
    mediaType: mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(manifest),
    size: manifest.length,
  };
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
}
