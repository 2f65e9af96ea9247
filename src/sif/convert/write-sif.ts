import { open, stat } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import { digestHex } from '../../oci/digest.ts';
import { encodeDescriptor, type SifDescriptor } from '../format/descriptor.ts';
import { encodeHeader } from '../format/header.ts';
import {
  alignPartition,
  architectureCodes,
  checksumObjectName,
  dataOffset,
  dataTypes,
  descriptorTableOffset,
  fileSystems,
  partitionKinds,
} from '../format/layout.ts';
import type { Extent } from '../read-ahead.ts';
import type { ImageSource } from '../source/image-source.ts';
import { hashExtent, hashInThread } from './hash-file.ts';

/** A small data object that stands before the partition. */
export type SmallObject = { readonly type: number; readonly name: string; readonly content: string };

export type SifContent = {
  readonly source: ImageSource;
  readonly objects: readonly SmallObject[];
  /** Unix seconds, for everything in the file. */
  readonly createdAt: number;
};

/** Where the partition starts: after the small objects. */
export function partitionOffset(objects: readonly SmallObject[]): number {
  const size = objects.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return alignPartition(dataOffset + size);
}

export type WrittenFile = {
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
};

/** Completes a file that holds the file system at its place, with what stands before and behind it. */
export async function completeSif(path: string, content: SifContent): Promise<WrittenFile> {
  const file = await open(path, 'r+');
  try {
    const offset = partitionOffset(content.objects);
    const partition = { offset, size: (await file.stat()).size - offset };
    // As long as the real one: where things lie is known before what is in them.
    const placeholder = formatChecksums({ ...partition, sha256: '0'.repeat(64) });
    const { written, end } = planParts(content, partition, placeholder);
    for (const { bytes, position } of written) await file.write(bytes, 0, bytes.length, position);
    // The disk is slow enough to be kept busy while the hashes are made.
    const [sha256, whole] = await Promise.all([
      hashInThread({ path, ...partition }),
      hashExtent({ path, offset: 0, size: offset + partition.size }),
      file.datasync(),
    ]);
    const checksums = Buffer.from(formatChecksums({ ...partition, sha256 }));
    await file.write(checksums, 0, checksums.length, offset + partition.size);
    return { sizeBytes: end, sha256: whole.update(checksums).digest('hex') };
  } finally {
    await file.close();
  }
}

type Part = { readonly bytes: Buffer; readonly position: number };

/** Everything but the partition itself. */
function planParts(
  { source, objects, createdAt }: SifContent,
  { offset, size }: Extent,
  checksums: string,
): { readonly written: readonly Part[]; readonly end: number } {
  const architecture = requireArchitectureCode(source);
  const small = placeObjects(objects, dataOffset, { firstId: 1, createdAt });
  const partition: SifDescriptor = {
    type: dataTypes.partition,
    id: objects.length + 1,
    offset,
    size,
    sizeWithPadding: size + offset - (small.at(-1)?.end ?? dataOffset),
    createdAt,
    name: 'squashfs',
    partition: { fileSystem: fileSystems.squashfs, kind: partitionKinds.primarySystem, architecture },
  };
  const checksumObject = { type: dataTypes.json, name: checksumObjectName, content: checksums };
  const after = placeObjects([checksumObject], offset + size, { firstId: objects.length + 2, createdAt });
  const end = after.at(-1)?.end ?? offset + size;
  const all = [...small.map((object) => object.descriptor), partition, ...after.map((o) => o.descriptor)];
  const header = encodeHeader({
    architecture,
    uuid: Buffer.from(digestHex(source.manifestDigest).slice(0, 32), 'hex'),
    createdAt,
    dataSize: end - dataOffset,
    descriptorsUsed: all.length,
  });
  const contents = [...small, ...after].map((object) => ({
    bytes: Buffer.from(object.content),
    position: object.descriptor.offset,
  }));
  const table = { bytes: Buffer.concat(all.map(encodeDescriptor)), position: descriptorTableOffset };
  return { written: [...contents, table, { bytes: header, position: 0 }], end };
}

function formatChecksums(partition: Extent & { readonly sha256: string }): string {
  return JSON.stringify({ partition });
}

/** @throws SIF_SOURCE_INVALID - an architecture that SIF does not know */
export function requireArchitectureCode({ config }: ImageSource): string {
  const code = architectureCodes[config.architecture];
  if (code !== undefined) return code;
  throw new AppError('SIF_SOURCE_INVALID', `SIF has no code for the architecture ${config.architecture}`, {
    hint: `it knows ${Object.keys(architectureCodes).join(', ')}`,
  });
}

type PlacedObject = { readonly descriptor: SifDescriptor; readonly content: string; readonly end: number };

function placeObjects(
  objects: readonly SmallObject[],
  start: number,
  { firstId, createdAt }: { readonly firstId: number; readonly createdAt: number },
): PlacedObject[] {
  let offset = start;
  return objects.map(({ type, name, content }, index) => {
    const size = Buffer.byteLength(content);
    const descriptor = { type, id: firstId + index, offset, size, sizeWithPadding: size, createdAt, name };
    offset += size;
    return { descriptor, content, end: offset };
  });
}

/** A file that is finished as it is. */
export async function hashFile(path: string): Promise<WrittenFile> {
  const { size } = await stat(path);
  const hash = await hashExtent({ path, offset: 0, size });
  return { sizeBytes: size, sha256: hash.digest('hex') };
}
