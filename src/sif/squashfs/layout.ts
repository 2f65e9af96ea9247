/**
 * A squashfs 4.0 file system as CIC writes it; all numbers are little endian, all places count from its start.
 *
 * ```
 * superblock                  96
 * compressor options          metadata block that is not compressed; absent where they are the usual ones
 * data blocks, fragments      in the order of the content
 * inode table                 metadata blocks
 * directory table             metadata blocks
 * fragment table              metadata blocks of entries, then one pointer (8) to each block
 * export table                the same: the inode of each inode number
 * id table                    the same: users and groups
 * xattr table                 metadata blocks of names and values; blocks of sets, header (16), pointers;
 *                             absent without attributes
 * padding                     zeros to a multiple of 4096, for block devices
 *
 * metadata block              size and flag 2, at most 8192 bytes of content, compressed or not
 * ```
 *
 * An inode is addressed by its metadata block and its place in that block's content: block << 16 | place.
 *
 * The export table lets the file system be exported by NFS, and overlayfs identify its files: without it,
 * overlays over the image lose persistent inode numbers.
 *
 * @see Linux, fs/squashfs/squashfs_fs.h; Documentation/filesystems/squashfs.rst
 */
export const metadataBytes = 8192;

/** Bit of a metadata block's size: its content is not compressed. */
export const uncompressedMetadata = 0x8000;

/** Bit of a data block's size: it is not compressed. */
export const uncompressedBlock = 1 << 24;

/** In place of an index: there is none. */
export const noIndex = 0xffff_ffff;

export const paddedToBytes = 4096;

/** Address of an inode or attribute: a safe integer, as no table has more than 2^32 bytes. */
export function toReference(block: number, place: number): number {
  return block * 2 ** 16 + place;
}
