import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import { decodeSuperblock, type Superblock, superblockBytes } from '../format/squashfs.ts';
import { dropLastIds, readIds } from './id-table.ts';
import { readAt, uncompressedFlag } from './squashfs-file.ts';

export type RootOwner = {
  readonly uid: number;
  readonly gid: number;
  /** Unix seconds. */
  readonly mtime: number;
};

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
 * An owner that no file of the image has becomes 0.
 *
 * @param start Where the file system starts, in bytes.
 * @param usedIds Users and groups of the image's files; the calling user's own are taken out of the table.
 */
export async function setRootOwner(
  path: string,
  start: number,
  root: RootOwner,
  usedIds: ReadonlySet<number>,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const superblock = decodeSuperblock(await readAt(file, start, superblockBytes));
    const ids = await readIds(file, start, superblock);
    await writeOwner(file, start + superblock.inodeTable, superblock, encodeOwner(root, ids));
    const lastUsed = ids.findLastIndex((id) => usedIds.has(id));
    await dropLastIds(file, start, superblock, ids.length - 1 - lastUsed);
  } finally {
    await file.close();
  }
}

async function writeOwner(
  file: FileHandle,
  inodeTable: number,
  { rootBlock, rootOffset }: Superblock,
  owner: Buffer,
): Promise<void> {
  const size = (await readAt(file, inodeTable + rootBlock, 2)).readUInt16LE();
  if ((size & uncompressedFlag) === 0)
    throw new AppError('INTERNAL_ERROR', 'mksquashfs compressed the inodes in spite of -noI');
  await file.write(owner, 0, owner.length, inodeTable + rootBlock + 2 + rootOffset + 4);
}

function encodeOwner({ uid, gid, mtime }: RootOwner, ids: readonly number[]): Buffer {
  const owner = Buffer.alloc(8);
  owner.writeUInt16LE(indexOf(ids, uid), 0);
  owner.writeUInt16LE(indexOf(ids, gid), 2);
  owner.writeUInt32LE(mtime, 4);
  return owner;
}

/** Files of CIC's own belong to 0: it is always there, and the calling user is no owner. */
function indexOf(ids: readonly number[], id: number): number {
  const index = ids.indexOf(id);
  return index === -1 ? ids.indexOf(0) : index;
}
