import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Descriptor, ImageIndex } from '../../oci/descriptor.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import type { Platform } from '../../oci/platform.ts';

export type SingleLayerImage = {
  /** Path of an uncompressed tar of the root file system; it is moved into the layout. */
  readonly rootfsTar: string;
  readonly platform: Platform;
  /** RFC 3339. */
  readonly created: string;
};

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Writes an OCI image layout with one uncompressed layer.
 *
 * @returns Digest of the manifest.
 * @see OCI image-spec, image-layout.md
 */
export async function writeSingleLayerLayout(directory: string, image: SingleLayerImage): Promise<Digest> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const layer = await moveBlob(blobs, image.rootfsTar);
  const config = await writeBlob(blobs, 'application/vnd.oci.image.config.v1+json', {
    created: image.created,
    architecture: image.platform.architecture,
    os: image.platform.os,
    config: { Env: [path], Cmd: ['/bin/bash'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created: image.created, created_by: 'mmdebstrap' }],
  });
  const manifest = await writeBlob(blobs, 'application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config,
    layers: [layer],
  });
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return manifest.digest;
}

/** Digest of the only manifest of a layout, or undefined where there is no complete layout. */
export async function readLayoutDigest(directory: string): Promise<Digest | undefined> {
  const text = await readFile(join(directory, 'index.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ImageIndex).manifests[0]?.digest;
}

async function moveBlob(blobs: string, file: string): Promise<Descriptor> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  const { size } = await stat(file);
  await rename(file, join(blobs, digestHex(digest)));
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size };
}

async function writeBlob(blobs: string, mediaType: string, content: unknown): Promise<Descriptor> {
  const text = JSON.stringify(content);
  const digest = digestOf(text);
  await writeFile(join(blobs, digestHex(digest)), text);
  return { mediaType, digest, size: Buffer.byteLength(text) };
}
