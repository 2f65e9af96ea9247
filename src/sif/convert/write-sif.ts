import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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
import type { ImageSource } from '../source/image-source.ts';

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

/**
 * Completes a file that holds the file system at its place: small objects before it, checksum object
 * after it, descriptors, and the header last.
 *
 * @returns Size of the file in bytes.
 */
export async function completeSif(path: string, content: SifContent): Promise<number> {
  const { source, objects, createdAt } = content;
  const architecture = requireArchitectureCode(source);
  const file = await open(path, 'r+');
  try {
    const offset = partitionOffset(objects);
    const size = (await file.stat()).size - offset;
    const checksums: SmallObject = {
      type: dataTypes.json,
      name: checksumObjectName,
      content: JSON.stringify({ partition: { offset, size, sha256: await hashRange(path, offset) } }),
    };
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
    const after = placeObjects([checksums], offset + size, { firstId: objects.length + 2, createdAt });
    for (const object of [...small, ...after])
      await file.write(object.content, object.descriptor.offset, 'utf8');
    const descriptors = [
      ...small.map(({ descriptor }) => descriptor),
      partition,
      ...after.map((object) => object.descriptor),
    ];
    const end = after.at(-1)?.end ?? offset + size;
    await writeTable(file, descriptors);
    const uuid = Buffer.from(digestHex(source.manifestDigest).slice(0, 32), 'hex');
    const header = {
      architecture,
      uuid,
      createdAt,
      dataSize: end - dataOffset,
      descriptorsUsed: descriptors.length,
    };
    await file.write(encodeHeader(header), 0, undefined, 0);
    return end;
  } finally {
    await file.close();
  }
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

async function writeTable(file: FileHandle, descriptors: readonly SifDescriptor[]): Promise<void> {
  const table = Buffer.concat(descriptors.map(encodeDescriptor));
  await file.write(table, 0, table.length, descriptorTableOffset);
}

/** SHA-256 of a file from an offset to its end, 64 hex digits. */
export async function hashRange(path: string, start: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { start, highWaterMark: 2 ** 20 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
