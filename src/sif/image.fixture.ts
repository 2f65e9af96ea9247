import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Descriptor } from '../oci/descriptor.ts';
import { digestHex, digestOf } from '../oci/digest.ts';
import type { ImageConfig } from '../oci/image-config.ts';
import type { TarEntry } from './tar/entry.ts';
import { encodeTarHeader, endOfArchive, paddingAfter } from './tar/writer.ts';

/** A member of a hand-made layer. */
export type Member = { readonly entry: TarEntry; readonly content: Buffer };

export function makeEntry(name: string, fields: Partial<TarEntry> = {}): TarEntry {
  return {
    name,
    type: 'file',
    linkName: '',
    mode: fields.type === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 1_600_000_000,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    ...fields,
  };
}

export function makeFile(
  name: string,
  content: string | Buffer = '',
  fields: Partial<TarEntry> = {},
): Member {
  const bytes = Buffer.from(content);
  return { entry: makeEntry(name, { ...fields, size: bytes.length }), content: bytes };
}

/** Anything but a file. */
export function makeNode(name: string, type: TarEntry['type'], fields: Partial<TarEntry> = {}): Member {
  return { entry: makeEntry(name, { type, ...fields }), content: Buffer.alloc(0) };
}

export function encodeTar(members: readonly Member[]): Buffer {
  return Buffer.concat([
    ...members.flatMap(({ entry, content }) => [
      encodeTarHeader(entry),
      content,
      paddingAfter(content.length),
    ]),
    endOfArchive,
  ]);
}

export type ImageFixture = {
  /** Tar archives, from the lowest to the highest. */
  readonly layers: readonly Buffer[];
  readonly config?: ImageConfig['config'];
  readonly created?: string;
  readonly architecture?: string;
  readonly compression?: 'none' | 'gzip' | 'zstd';
};

type LayoutFiles = {
  readonly manifest: Descriptor;
  /** Contents by the path in the layout. */
  readonly files: Map<string, Buffer>;
};

/** The files of an OCI image layout, without its index. */
export function makeLayoutFiles(image: ImageFixture): LayoutFiles {
  const files = new Map<string, Buffer>([
    ['oci-layout', Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }))],
  ]);
  const add = (content: Buffer, mediaType: string): Descriptor => {
    const digest = digestOf(content);
    files.set(`blobs/sha256/${digestHex(digest)}`, content);
    return { mediaType, digest, size: content.length };
  };
  const addDocument = (document: unknown, type: string) =>
    add(Buffer.from(JSON.stringify(document)), `application/vnd.oci.image.${type}.v1+json`);
  const { compression = 'none', architecture = 'amd64' } = image;
  const suffix = compression === 'none' ? '' : `+${compression}`;
  const layers = image.layers.map((layer) =>
    add(compress(layer, compression), `application/vnd.oci.image.layer.v1.tar${suffix}`),
  );
  const config = addDocument(makeConfig(image), 'config');
  const manifest = addDocument({ schemaVersion: 2, config, layers }, 'manifest');
  return { manifest: { ...manifest, platform: { os: 'linux', architecture } }, files };
}

export function makeConfig({ layers, config, created, architecture = 'amd64' }: ImageFixture): ImageConfig {
  return {
    created: created ?? '2024-02-03T04:05:06Z',
    architecture,
    os: 'linux',
    ...(config !== undefined && { config }),
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
  };
}

/** The index of a layout. */
export function makeIndex(manifests: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
}

/** All files of a layout with one image. */
export function makeLayout(image: ImageFixture): Map<string, Buffer> {
  const { manifest, files } = makeLayoutFiles(image);
  return new Map([...files, ['index.json', makeIndex([manifest])]]);
}

/** @returns The folder. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): Promise<string> {
  for (const [name, content] of files) {
    const path = join(folder, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }
  return folder;
}

function compress(layer: Buffer, compression: 'none' | 'gzip' | 'zstd'): Buffer {
  if (compression === 'none') return layer;
  return compression === 'gzip' ? gzipSync(layer) : zstdCompressSync(layer);
}
