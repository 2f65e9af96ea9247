import { superblockBytes } from '../format/squashfs.ts';
import { uncompressedMetadata } from './layout.ts';

/** Compressors of the kernel that Node.js has, too. */
export type BlockCompression = 'zstd' | 'gzip';

const codes: Readonly<Record<BlockCompression, number>> = { gzip: 1, zstd: 6 };

const flags = { deduplicated: 0x40, exportable: 0x80, noXattrs: 0x200, compressorOptions: 0x400 } as const;

export type SuperblockFields = {
  readonly inodes: number;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly blockSizeBytes: number;
  readonly fragments: number;
  readonly compression: BlockCompression;
  readonly hasCompressorOptions: boolean;
  readonly ids: number;
  /** Address of the root directory's inode. */
  readonly root: number;
  /** Size without the padding. */
  readonly bytesUsed: number;
  readonly tables: {
    readonly ids: number;
    /** Absent where no file has extended attributes. */
    readonly xattrs?: number;
    readonly inodes: number;
    readonly directories: number;
    readonly fragments: number;
    readonly exports: number;
  };
};

/** The drawing is beside its reader, format/squashfs.ts. */
export function encodeSuperblock(fields: SuperblockFields): Buffer {
  const { tables, compression, blockSizeBytes } = fields;
  const bytes = Buffer.alloc(superblockBytes);
  bytes.write('hsqs', 'latin1');
  bytes.writeUInt32LE(fields.inodes, 4);
  bytes.writeUInt32LE(fields.createdAt, 8);
  bytes.writeUInt32LE(blockSizeBytes, 12);
  bytes.writeUInt32LE(fields.fragments, 16);
  bytes.writeUInt16LE(codes[compression], 20);
  bytes.writeUInt16LE(Math.log2(blockSizeBytes), 22);
  bytes.writeUInt16LE(toFlags(fields), 24);
  bytes.writeUInt16LE(fields.ids, 26);
  bytes.writeUInt16LE(4, 28);
  bytes.writeUInt16LE(0, 30);
  const { ids, xattrs, inodes, directories, fragments, exports } = tables;
  const numbers = [fields.root, fields.bytesUsed, ids, xattrs, inodes, directories, fragments, exports];
  for (const [index, number] of numbers.entries())
    bytes.writeBigInt64LE(BigInt(number ?? -1), 32 + index * 8);
  return bytes;
}

function toFlags({ tables, hasCompressorOptions }: SuperblockFields): number {
  return (
    flags.deduplicated |
    flags.exportable |
    (tables.xattrs === undefined ? flags.noXattrs : 0) |
    (hasCompressorOptions ? flags.compressorOptions : 0)
  );
}

/** zlib's largest window. */
const windowBits = 15;

/** Levels of a file system that names none. */
const unnamedLevels: Readonly<Record<BlockCompression, number>> = { gzip: 9, zstd: 15 };

/**
 * What a reader is told about the compression; empty where it is the usual one.
 *
 * ```
 * zstd   level 4
 * gzip   level 4, window bits 2, strategies 2
 * ```
 */
export function encodeCompressorOptions(compression: BlockCompression, level: number): Buffer {
  if (level === unnamedLevels[compression]) return Buffer.alloc(0);
  const bytes = Buffer.alloc(compression === 'zstd' ? 6 : 10);
  bytes.writeUInt16LE((bytes.length - 2) | uncompressedMetadata, 0);
  bytes.writeInt32LE(level, 2);
  if (compression === 'gzip') bytes.writeUInt16LE(windowBits, 6);
  return bytes;
}
