import type { BlockBuffers } from './block-buffers.ts';
import type { Compress } from './compressor.ts';
import { uncompressedBlock } from './layout.ts';
import type { Output } from './output.ts';

/** A block that is on its place. */
export type PlacedBlock = {
  readonly start: number;
  /** Bytes in the file, and whether they are compressed. */
  readonly sizeWord: number;
};

export type BlockToWrite = {
  /** Given back when the block is written. */
  readonly buffer: Buffer;
  readonly used: number;
  readonly compress: Compress;
};

/**
 * Compresses blocks side by side and writes them in the order in which they came, so that timing decides
 * nothing.
 */
export type BlockWriter = {
  readonly buffers: BlockBuffers;
  write(block: BlockToWrite, onPlaced: (block: PlacedBlock) => void): void;
  /** Does something when everything before is written. */
  afterwards(action: () => unknown): void;
  /** Waits until everything is written. @throws what failed first */
  drain(): Promise<void>;
  /** Drops what is not written. */
  fail(error: unknown): void;
};

export type BlockWriterOptions = {
  readonly output: Output;
  readonly buffers: BlockBuffers;
};

export function createBlockWriter(options: BlockWriterOptions): BlockWriter {
  const { output, buffers } = options;
  let queue = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    buffers.fail(failure.error);
  };
  const enqueue = (work: () => Promise<void>) => {
    queue = queue.then(() => (failure === undefined ? work().catch(fail) : undefined));
  };
  return {
    buffers,
    fail,
    write({ buffer, used, compress }, onPlaced) {
      const block = buffer.subarray(0, used);
      const compressing = compress(block);
      compressing.catch(fail);
      enqueue(async () => {
        const compressed = await compressing;
        const start = output.position();
        await output.write(block.subarray(0, compressed));
        buffers.giveBack(buffer);
        onPlaced({ start, sizeWord: compressed ?? used | uncompressedBlock });
      });
    },
    afterwards: (action) => enqueue(async () => void action()),
    async drain() {
      await queue;
      if (failure !== undefined) throw failure.error;
    },
  };
}
