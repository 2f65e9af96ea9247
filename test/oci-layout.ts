import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../src/exec/run.ts';
import type { Descriptor, ImageIndex, ImageManifest } from '../src/oci/descriptor.ts';
import { type Digest, digestHex, digestOf } from '../src/oci/digest.ts';
import type { ImageConfig } from '../src/oci/image-config.ts';

export type Layer = { readonly path: string; readonly descriptor: Descriptor };

/** Packs a folder as a layer with GNU tar: owners, modes, hard links, attributes and times as they are. */
export async function packLayer(folder: string, tar: string): Promise<Layer> {
  const flags = ['--format=pax', '--xattrs', '--xattrs-include=*', '--numeric-owner', '--sort=name'];
  await run({ file: 'tar', args: [...flags, '-C', folder, '-cf', tar, '.'] });
  return openLayer(tar);
}

/** A tar archive that exists already, as a layer. */
export async function openLayer(path: string): Promise<Layer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  const { size } = await stat(path);
  return { path, descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size } };
}

/** The layers of a layout's only image. */
export async function readLayers(layout: string): Promise<Layer[]> {
  const blob = (digest: Digest) => join(layout, 'blobs', 'sha256', digestHex(digest));
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as ImageIndex;
  const [only] = index.manifests;
  if (only === undefined) throw new Error(`${layout} has no image`);
  const manifest = JSON.parse(await readFile(blob(only.digest), 'utf8')) as ImageManifest;
  return manifest.layers.map((descriptor) => ({ path: blob(descriptor.digest), descriptor }));
}

/** Writes an OCI image layout by hand; its layers are links to the archives. */
export async function writeLayout(
  directory: string,
  image: { readonly layers: readonly Layer[]; readonly config?: ImageConfig['config'] },
): Promise<string> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  for (const { path, descriptor } of image.layers)
    await symlink(path, join(blobs, digestHex(descriptor.digest)));
  const writeBlob = async (mediaType: string, content: unknown): Promise<Descriptor> => {
    const text = JSON.stringify(content);
    await writeFile(join(blobs, digestHex(digestOf(text))), text);
    return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text) };
  };
  const config: ImageConfig = {
    created: '2024-02-03T04:05:06Z',
    architecture: 'amd64',
    os: 'linux',
    ...(image.config === undefined ? {} : { config: image.config }),
    rootfs: { type: 'layers', diff_ids: image.layers.map(({ descriptor }) => descriptor.digest) },
  };
  const manifest = await writeBlob('application/vnd.oci.image.manifest.v1+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await writeBlob('application/vnd.oci.image.config.v1+json', config),
    layers: image.layers.map(({ descriptor }) => descriptor),
  });
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  return directory;
}
