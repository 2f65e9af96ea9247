import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import { decodeSuperblock, type Superblock, superblockBytes } from '../format/squashfs.ts';

export type RootOwner = {
  readonly uid: number;
  readonly gid: number /** Unix seconds. */;
  readonly mtime: number;
};

const blockHeaderBytes = 2;
/** Bit of a metadata block's header: its content is not compressed. */
const uncompressedFlag = 0x8000;
const idsPerBlock = 2048;

/**
 * Sets owner and time of a file system's root directory. mksquashfs before 4.6 gives it the calling user and
 * the current time when it reads a tar archive, whatever its options say, and the same image would never
 * give the same bytes.
 *
 * Inodes and ids must be uncompressed (`-noI`), so that this can be written in place.
 *
 * ```
 * inode table + block   metadata block: size and flag 2, content
 *   content + offset    inode: type 2, mode 2, uid index 2, gid index 2, time 4
 * ```
 *
 * An id that no file of the image has is in no table, and becomes 0.
 *
 * @param start Where the file system starts, in bytes.
 */
export async function setRootOwner(path: string, start: number, root: RootOwner): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const superblock = decodeSuperblock(await readAt(file, start, superblockBytes));
    const ids = await readIds(file, start, superblock);
    const fields = Buffer.alloc(8);
    fields.writeUInt16LE(indexOf(ids, root.uid), 0);
    fields.writeUInt16LE(indexOf(ids, root.gid), 2);
    fields.writeUInt32LE(root.mtime, 4);
    const block = start + superblock.inodeTable + superblock.rootBlock;
    await requireUncompressed(file, block);
    await file.write(fields, 0, fields.length, block + blockHeaderBytes + superblock.rootOffset + 4);
  } finally {
    await file.close();
  }
}

/** The id table is a list of where its metadata blocks are. */
async function readIds(file: FileHandle, start: number, { idTable, ids }: Superblock): Promise<number[]> {
  const found: number[] = [];
  for (let block = 0; block * idsPerBlock < ids; block++) {
    const place = start + Number((await readAt(file, start + idTable + block * 8, 8)).readBigUInt64LE(0));
    await requireUncompressed(file, place);
    const count = Math.min(idsPerBlock, ids - block * idsPerBlock);
    const content = await readAt(file, place + blockHeaderBytes, count * 4);
    for (let index = 0; index < count; index++) found.push(content.readUInt32LE(index * 4));
  }
  return found;
}

/** Files of CIC's own belong to 0: it is always there. */
function indexOf(ids: readonly number[], id: number): number {
  const index = ids.indexOf(id);
  return index === -1 ? ids.indexOf(0) : index;
}

async function requireUncompressed(file: FileHandle, block: number): Promise<void> {
  const header = (await readAt(file, block, blockHeaderBytes)).readUInt16LE(0);
  if ((header & uncompressedFlag) === 0)
    throw new AppError('INTERNAL_ERROR', 'mksquashfs compressed the inodes in spite of -noI');
}

async function readAt(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, position);
  if (bytesRead < size) throw new AppError('SIF_CONVERT_FAILED', 'mksquashfs wrote no complete file system');
  return buffer;
}
