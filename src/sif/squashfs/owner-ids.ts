import { AppError } from '../../errors/app-error.ts';

/** Users and groups of a file system, in the order in which they came. */
export type OwnerIds = {
  /** The index that stands for an id in inodes. @throws SIF_SOURCE_INVALID - no id of Linux, or too many */
  indexOf(id: number): number;
  encode(): Buffer;
  count(): number;
};

/** The superblock counts them in 16 bits. */
const maxIds = 0xffff;

export function createOwnerIds(): OwnerIds {
  const indexes = new Map<number, number>();
  return {
    indexOf(id) {
      const known = indexes.get(id);
      if (known !== undefined) return known;
      if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff)
        throw new AppError('SIF_SOURCE_INVALID', `${id} is no number of a user or group`);
      if (indexes.size === maxIds)
        throw new AppError(
          'SIF_SOURCE_INVALID',
          `there are more than ${maxIds} users and groups in the image`,
        );
      indexes.set(id, indexes.size);
      return indexes.size - 1;
    },
    encode() {
      const bytes = Buffer.alloc(indexes.size * 4);
      for (const [id, index] of indexes) bytes.writeUInt32LE(id, index * 4);
      return bytes;
    },
    count: () => indexes.size,
  };
}
