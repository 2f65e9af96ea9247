import { AppError } from '../../errors/app-error.ts';
import type { FileData } from './file-data.ts';
import { noIndex } from './layout.ts';

/** An inode as it is written; see the drawings at the functions below. */
export type Inode = {
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  /** Indexes into the id table. */
  readonly uid: number;
  readonly gid: number;
  /** Unix seconds, 32 bits. */
  readonly mtime: number;
  /** From 1, each once. */
  readonly number: number;
  readonly links: number;
  /** Index of its set of extended attributes. */
  readonly xattrs?: number | undefined;
} & InodeContent;

export type InodeContent =
  | { readonly kind: 'directory'; readonly listing: Listing; readonly parent: number }
  | { readonly kind: 'file'; readonly sizeBytes: number; readonly data: FileData }
  | { readonly kind: 'symlink'; readonly target: Buffer }
  | { readonly kind: 'block' | 'character'; readonly major: number; readonly minor: number }
  | { readonly kind: 'fifo' | 'socket' };

/** Where the list of a directory's names is. */
export type Listing = {
  /** Its first metadata block, from the start of the directory table, and the place in it. */
  readonly block: number;
  readonly place: number;
  readonly sizeBytes: number;
  /** For finding names in lists of several metadata blocks. */
  readonly index: readonly ListingIndex[];
};

export type ListingIndex = {
  /** Where in the list a header is. */
  readonly position: number;
  /** The metadata block it is in. */
  readonly block: number;
  /** The first name after it. */
  readonly name: string;
};

/** Numbers of inode types; the extended form of each is 7 higher. */
export const inodeTypes: Readonly<Record<Inode['kind'], number>> = {
  directory: 1,
  file: 2,
  symlink: 3,
  block: 4,
  character: 5,
  fifo: 6,
  socket: 7,
};
const extendedBy = 7;

/** The kernel adds `.` and `..` to a list. */
const inventedBytes = 3;
const max16 = 0xffff;
const max32 = 0xffff_ffff;

/** All inodes start with: type 2, mode 2, uid 2, gid 2, mtime 4, number 4. */
export function encodeInode(inode: Inode): Buffer {
  switch (inode.kind) {
    case 'directory':
      return encodeDirectory(inode);
    case 'file':
      return encodeFile(inode);
    case 'symlink':
      return encodeSymlink(inode);
    case 'block':
    case 'character':
      return encodeDevice(inode);
    case 'fifo':
    case 'socket':
      return encodeChannel(inode);
  }
}

type Of<Kind extends Inode['kind']> = Inode & { readonly kind: Kind };

/**
 * ```
 * basic      list's block 4, links 4, size 2, place in the block 2, parent 4
 * extended   links 4, size 4, block 4, parent 4, index entries 2, place 2, xattrs 4, index
 * index      position 4, block 4, length of the name - 1 4, name
 * ```
 */
function encodeDirectory(inode: Of<'directory'>): Buffer {
  const { listing, links, parent, xattrs } = inode;
  const size = listing.sizeBytes + inventedBytes;
  if (xattrs === undefined && listing.index.length === 0 && size <= max16) {
    const bytes = start(inode, 16);
    bytes.writeUInt32LE(listing.block, 16);
    bytes.writeUInt32LE(links, 20);
    bytes.writeUInt16LE(size, 24);
    bytes.writeUInt16LE(listing.place, 26);
    bytes.writeUInt32LE(parent, 28);
    return bytes;
  }
  const index = listing.index.slice(0, max16);
  const bytes = startExtended(inode, 24);
  bytes.writeUInt32LE(links, 16);
  bytes.writeUInt32LE(size, 20);
  bytes.writeUInt32LE(listing.block, 24);
  bytes.writeUInt32LE(parent, 28);
  bytes.writeUInt16LE(index.length, 32);
  bytes.writeUInt16LE(listing.place, 34);
  bytes.writeUInt32LE(xattrs ?? noIndex, 36);
  return Buffer.concat([bytes, ...index.map(encodeListingIndex)]);
}

function encodeListingIndex({ position, block, name }: ListingIndex): Buffer {
  const bytes = Buffer.alloc(12 + name.length);
  bytes.writeUInt32LE(position, 0);
  bytes.writeUInt32LE(block, 4);
  bytes.writeUInt32LE(name.length - 1, 8);
  bytes.write(name, 12, 'latin1');
  return bytes;
}

/**
 * ```
 * basic      first block 4, fragment 4, place in it 4, size 4, size of each block 4
 * extended   first block 8, size 8, bytes in holes 8, links 4, fragment 4, place in it 4, xattrs 4, sizes
 * ```
 */
function encodeFile(inode: Of<'file'>): Buffer {
  const { data, sizeBytes, links, xattrs } = inode;
  const { start: first, blocks, fragment, sparseBytes } = data;
  const isBasic = links === 1 && xattrs === undefined && sparseBytes === 0;
  if (isBasic && sizeBytes <= max32 && first <= max32) {
    const bytes = start(inode, 16 + blocks.length * 4);
    bytes.writeUInt32LE(first, 16);
    bytes.writeUInt32LE(fragment?.index ?? noIndex, 20);
    bytes.writeUInt32LE(fragment?.place ?? 0, 24);
    bytes.writeUInt32LE(sizeBytes, 28);
    return writeBlockSizes(bytes, blocks, 32);
  }
  const bytes = startExtended(inode, 40 + blocks.length * 4);
  bytes.writeBigUInt64LE(BigInt(first), 16);
  bytes.writeBigUInt64LE(BigInt(sizeBytes), 24);
  // A file that takes no block at all would look unlike any other: one byte always counts.
  bytes.writeBigUInt64LE(BigInt(Math.min(sparseBytes, Math.max(0, sizeBytes - 1))), 32);
  bytes.writeUInt32LE(links, 40);
  bytes.writeUInt32LE(fragment?.index ?? noIndex, 44);
  bytes.writeUInt32LE(fragment?.place ?? 0, 48);
  bytes.writeUInt32LE(xattrs ?? noIndex, 52);
  return writeBlockSizes(bytes, blocks, 56);
}

function writeBlockSizes(bytes: Buffer, blocks: Uint32Array, offset: number): Buffer {
  for (const [index, size] of blocks.entries()) bytes.writeUInt32LE(size, offset + index * 4);
  return bytes;
}

/** Links 4, length of the target 4, target; extended: xattrs 4. */
function encodeSymlink(inode: Of<'symlink'>): Buffer {
  const { target, xattrs } = inode;
  const bytes =
    xattrs === undefined ? start(inode, 8 + target.length) : startExtended(inode, 12 + target.length);
  bytes.writeUInt32LE(inode.links, 16);
  bytes.writeUInt32LE(target.length, 20);
  target.copy(bytes, 24);
  if (xattrs !== undefined) bytes.writeUInt32LE(xattrs, 24 + target.length);
  return bytes;
}

/** Links 4, device 4; extended: xattrs 4. */
function encodeDevice(inode: Of<'block' | 'character'>): Buffer {
  const { xattrs } = inode;
  const bytes = xattrs === undefined ? start(inode, 8) : startExtended(inode, 12);
  bytes.writeUInt32LE(inode.links, 16);
  bytes.writeUInt32LE(encodeDeviceNumber(inode.major, inode.minor), 20);
  if (xattrs !== undefined) bytes.writeUInt32LE(xattrs, 24);
  return bytes;
}

/** @see Linux, include/linux/kdev_t.h, new_encode_dev */
function encodeDeviceNumber(major: number, minor: number): number {
  if (major > 0xfff || minor > 0xf_ffff || major < 0 || minor < 0)
    throw new AppError('SIF_SOURCE_INVALID', `Linux has no device with the numbers ${major}, ${minor}`);
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** Links 4; extended: xattrs 4. */
function encodeChannel(inode: Of<'fifo' | 'socket'>): Buffer {
  const { xattrs } = inode;
  const bytes = xattrs === undefined ? start(inode, 4) : startExtended(inode, 8);
  bytes.writeUInt32LE(inode.links, 16);
  if (xattrs !== undefined) bytes.writeUInt32LE(xattrs, 20);
  return bytes;
}

function start(inode: Inode, size: number): Buffer {
  return writeStart(inode, inodeTypes[inode.kind], size);
}

function startExtended(inode: Inode, size: number): Buffer {
  return writeStart(inode, inodeTypes[inode.kind] + extendedBy, size);
}

function writeStart({ mode, uid, gid, mtime, number }: Inode, type: number, size: number): Buffer {
  const bytes = Buffer.alloc(16 + size);
  bytes.writeUInt16LE(type, 0);
  bytes.writeUInt16LE(mode, 2);
  bytes.writeUInt16LE(uid, 4);
  bytes.writeUInt16LE(gid, 6);
  bytes.writeUInt32LE(mtime, 8);
  bytes.writeUInt32LE(number, 12);
  return bytes;
}
