import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import type { Superblock } from '../format/squashfs.ts';
import { metadataBytes, readAt, uncompressedFlag } from './squashfs-file.ts';

const idBytes = 4;
const pointerBytes = 8;
const idsPerBlock = metadataBytes / idBytes;
const padding = 4096;

/** Places in the superblock. */
const fields = { ids: 26, bytesUsed: 40, idTable: 48, xattrTable: 56 } as const;

/**
 * Users and groups of a file system. The table is a list of where its metadata blocks are.
 *
 * @throws INTERNAL_ERROR - they are compressed
 */
export async function readIds(file: FileHandle, start: number, superblock: Superblock): Promise<number[]> {
  const { idTable, ids } = superblock;
  const found: number[] = [];
  for (let block = 0; block * idsPerBlock < ids; block++) {
    const pointer = await readAt(file, start + idTable + block * pointerBytes, pointerBytes);
    const count = Math.min(idsPerBlock, ids - block * idsPerBlock);
    const bytes = await readAt(file, start + Number(pointer.readBigUInt64LE()), 2 + count * idBytes);
    if ((bytes.readUInt16LE() & uncompressedFlag) === 0)
      throw new AppError('INTERNAL_ERROR', 'mksquashfs compressed the ids in spite of -noI');
    for (let index = 0; index < count; index++) found.push(bytes.readUInt32LE(2 + index * idBytes));
  }
  return found;
}

/**
 * Takes ids off the end of the table, and moves what is behind it:
 *
 * ```
 * before   [size|ids . . . x x] [pointer to ids] [xattrs] [xattr ids] [header, pointers]  padding
 * after    [size|ids . . .] [pointer to ids] [xattrs] [xattr ids] [header, pointers]      padding
 * ```
 *
 * @param count Of a table that is one block.
 */
export async function dropLastIds(
  file: FileHandle,
  start: number,
  superblock: Superblock,
  count: number,
): Promise<void> {
  const { idTable, ids, bytesUsed, xattrTable } = superblock;
  if (count === 0 || ids > idsPerBlock) return;
  const removed = count * idBytes;
  const tail = await readAt(file, start + idTable, bytesUsed - idTable);
  const block = Number(tail.readBigUInt64LE());
  if (xattrTable !== undefined) moveXattrs(tail, xattrTable - idTable, removed);
  const size = Buffer.alloc(2);
  size.writeUInt16LE(((ids - count) * idBytes) | uncompressedFlag);
  await file.write(size, 0, size.length, start + block);
  await file.write(tail, 0, tail.length, start + idTable - removed);
  const end = bytesUsed - removed;
  await file.truncate(start + end);
  await file.truncate(start + Math.ceil(end / padding) * padding);
  const counted = Buffer.alloc(2);
  counted.writeUInt16LE(ids - count);
  await file.write(counted, 0, counted.length, start + fields.ids);
  await writePointer(file, start + fields.bytesUsed, end);
  await writePointer(file, start + fields.idTable, idTable - removed);
  if (xattrTable !== undefined) await writePointer(file, start + fields.xattrTable, xattrTable - removed);
}

/** Header: where the attributes start 8, number of their ids 4, unused 4; then where the blocks of ids are. */
function moveXattrs(tail: Buffer, header: number, removed: number): void {
  const blocks = Math.ceil((tail.readUInt32LE(header + pointerBytes) * 16) / metadataBytes);
  const places = [
    header,
    ...Array.from({ length: blocks }, (_, index) => header + 16 + index * pointerBytes),
  ];
  for (const place of places) tail.writeBigUInt64LE(tail.readBigUInt64LE(place) - BigInt(removed), place);
}

async function writePointer(file: FileHandle, place: number, value: number): Promise<void> {
  const bytes = Buffer.alloc(pointerBytes);
  bytes.writeBigUInt64LE(BigInt(value));
  await file.write(bytes, 0, bytes.length, place);
}
