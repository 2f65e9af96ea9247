import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';

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
  const { mediaType } = JSON.parse(manifest.toString()) as { mediaType?: string };
  for (const name of await readdir(source)) {
    if (/^[0-9a-f]{64}$/.test(name)) await rename(join(source, name), join(blobs, name));
  }
  await rename(join(source, 'manifest.json'), join(blobs, digestHex(digest)));
  await rm(source, { recursive: true });
  const descriptor = {
    mediaType: mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
    digest,
    size: manifest.length,
  };
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
  return digest;
}
