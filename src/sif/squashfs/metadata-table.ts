import { AppError } from '../../errors/app-error.ts';
import type { Compress } from './compressor.ts';
import { metadataBytes, uncompressedMetadata } from './layout.ts';

/** A table that is written from front to back in metadata blocks. */
export type MetadataTable = {
  /** Place of the next byte in the content, as if nothing were compressed. */
  position(): number;
  append(bytes: Buffer): Promise<void>;
  /** Where the block with this place of the content starts in the table; its forerunners must be complete. */
  blockStart(position: number): number;
  finish(): Promise<FinishedTable>;
};

export type FinishedTable = {
  readonly bytes: Buffer;
  /** Where each metadata block starts, from the start of the table. */
  readonly blockStarts: readonly number[];
};

export function createMetadataTable(compress: Compress): MetadataTable {
  const pending = Buffer.allocUnsafe(metadataBytes);
  const blocks: Buffer[] = [];
  const starts = [0];
  let used = 0;
  const flush = async () => {
    const size = await compress(pending.subarray(0, used));
    const block = Buffer.allocUnsafe(2 + (size ?? used));
    block.writeUInt16LE(size ?? used | uncompressedMetadata);
    pending.copy(block, 2, 0, block.length - 2);
    blocks.push(block);
    starts.push((starts.at(-1) ?? 0) + block.length);
    used = 0;
  };
  return {
    position: () => blocks.length * metadataBytes + used,
    async append(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const copied = bytes.copy(pending, used, done);
        used += copied;
        done += copied;
        if (used === metadataBytes) await flush();
      }
    },
    blockStart(position) {
      const start = starts[Math.floor(position / metadataBytes)];
      if (start === undefined) throw new AppError('INTERNAL_ERROR', 'a metadata block is not placed yet');
      return start;
    },
    async finish() {
      if (used > 0) await flush();
      return { bytes: Buffer.concat(blocks), blockStarts: starts.slice(0, -1) };
    },
  };
}
