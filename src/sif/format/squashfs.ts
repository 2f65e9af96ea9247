import { AppError } from '../../errors/app-error.ts';

/**
 * The superblock of a squashfs 4.0 file system, as far as CIC reads it; all numbers are little endian.
 *
 * ```
 *   0  magic "hsqs"       4        40  bytes used            8
 *   4  inodes             4        48  id table              8
 *   8  made, Unix s       4        56  xattr table           8
 *  12  block size         4        64  inode table           8
 *  20  compression        2        72  directory table       8
 *  26  ids                2        80  fragment table        8
 *  28  version 4, 0       2 + 2    88  export table          8
 *  32  root inode         8
 * ```
 *
 * @see Linux, fs/squashfs/squashfs_fs.h, struct squashfs_super_block
 */
export type Superblock = {
  readonly inodes: number;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly blockSizeBytes: number;
  readonly compression: SquashfsCompression | 'unknown';
  /** Where the root directory's inode is: its metadata block, from the start of the inode table … */
  readonly rootBlock: number;
  /** … and the place in that block's content. */
  readonly rootOffset: number;
  /** Size of the file system without the padding after it. */
  readonly bytesUsed: number;
  /** Where tables start, from the start of the file system; only those that are there. */
  readonly tables: readonly number[];
  readonly inodeTable: number;
  readonly idTable: number;
  /** Number of user and group ids. */
  readonly ids: number;
  /** Absent where no file has extended attributes. */
  readonly xattrTable?: number;
};

export const superblockBytes = 96;

const compressions = [undefined, 'gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'] as const;
export type SquashfsCompression = Exclude<(typeof compressions)[number], undefined>;

const magic = 0x73717368;
const absentTable = 0xffff_ffff_ffff_ffffn;

/** @throws SIF_INVALID - too short, no squashfs, or of another version */
export function decodeSuperblock(bytes: Buffer): Superblock {
  if (bytes.length < superblockBytes || bytes.readUInt32LE(0) !== magic) {
    throw new AppError('SIF_INVALID', 'there is no squashfs file system: its magic number is missing');
  }
  const version = `${bytes.readUInt16LE(28)}.${bytes.readUInt16LE(30)}`;
  if (version !== '4.0')
    throw new AppError('SIF_INVALID', `squashfs version ${version} is not supported: only 4.0 is`);
  const rootInode = bytes.readBigUInt64LE(32);
  const tables = [48, 56, 64, 72, 80, 88].map((offset) => bytes.readBigUInt64LE(offset));
  const xattrTable = bytes.readBigUInt64LE(56);
  return {
    inodes: bytes.readUInt32LE(4),
    createdAt: bytes.readUInt32LE(8),
    blockSizeBytes: bytes.readUInt32LE(12),
    compression: compressions[bytes.readUInt16LE(20)] ?? 'unknown',
    rootBlock: Number(rootInode >> 16n),
    rootOffset: Number(rootInode & 0xffffn),
    bytesUsed: Number(bytes.readBigUInt64LE(40)),
    tables: tables.filter((offset) => offset !== absentTable).map(Number),
    inodeTable: Number(bytes.readBigUInt64LE(64)),
    idTable: Number(bytes.readBigUInt64LE(48)),
    ids: bytes.readUInt16LE(26),
    ...(xattrTable !== absentTable && { xattrTable: Number(xattrTable) }),
  };
}
