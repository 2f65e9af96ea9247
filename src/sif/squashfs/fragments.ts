import type { BlockWriter, PlacedBlock } from './block-writer.ts';
import type { Compress } from './compressor.ts';

/** Where the end of a file is: which fragment block, and the place in its content. */
export type Fragment = { readonly index: number; readonly place: number };

/** Small files, many to a block. */
export type Fragments = {
  append(content: Buffer): Promise<Fragment>;
  /** Sends off the last block. */
  finish(): void;
  count(): number;
  /** The fragment table: start 8, size and flag 4, unused 4. */
  encode(): Buffer;
};

export type FragmentOptions = {
  readonly writer: BlockWriter;
  readonly compress: Compress;
  readonly blockSizeBytes: number;
};

export function createFragments({ writer, compress, blockSizeBytes }: FragmentOptions): Fragments {
  const placed: PlacedBlock[] = [];
  let count = 0;
  let open: { readonly buffer: Buffer; used: number } | undefined;
  const finish = () => {
    if (open === undefined) return;
    const index = count++;
    writer.write({ ...open, compress }, (block) => {
      placed[index] = block;
    });
    open = undefined;
  };
  return {
    async append(content) {
      if (open !== undefined && open.used + content.length > blockSizeBytes) finish();
      open ??= { buffer: await writer.buffers.take(), used: 0 };
      const place = open.used;
      content.copy(open.buffer, place);
      open.used += content.length;
      return { index: count, place };
    },
    finish,
    count: () => count,
    encode() {
      const bytes = Buffer.alloc(count * 16);
      for (const [index, { start, sizeWord }] of placed.entries()) {
        bytes.writeBigUInt64LE(BigInt(start), index * 16);
        bytes.writeUInt32LE(sizeWord, index * 16 + 8);
      }
      return bytes;
    },
  };
}
