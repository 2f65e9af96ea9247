import { createHash, hash } from 'node:crypto';
import type { BlockWriter } from './block-writer.ts';
import type { Fragment, Fragments } from './fragments.ts';
import type { Output } from './output.ts';

/** Where a file's content is. Complete when all blocks are written. */
export type FileData = {
  /** Place of the first block that is no hole. */
  start: number;
  /** Size and flag of each block; 0 is a hole. */
  readonly blocks: Uint32Array;
  sparseBytes: number;
  /** Present for files that are smaller than a block. */
  fragment?: Fragment;
};

/** Takes one file's content from front to back. */
export type FileSink = {
  /** The piece may be used again afterwards. */
  write(piece: Buffer): Promise<void>;
  close(): Promise<FileData>;
};

export type FileWriterOptions = {
  readonly writer: BlockWriter;
  readonly fragments: Fragments;
  readonly output: Output;
  readonly blockSizeBytes: number;
};

export type FileWriter = {
  /** @param mayRepeat Whether another file has the same size: equal contents are then stored once. */
  open(sizeBytes: number, mayRepeat: boolean): FileSink;
};

/** Writes files one after the other. */
export function createFileWriter(options: FileWriterOptions): FileWriter {
  const known = new Map<string, FileData>();
  return {
    open: (sizeBytes, mayRepeat) =>
      sizeBytes < options.blockSizeBytes
        ? openSmallFile(options, sizeBytes, mayRepeat ? known : undefined)
        : openLargeFile(options, sizeBytes, mayRepeat ? known : undefined),
  };
}

type Known = Map<string, FileData> | undefined;

export const noData: FileData = { start: 0, blocks: new Uint32Array(), sparseBytes: 0 };

/** A small file is all there before it is stored. */
function openSmallFile({ writer, fragments }: FileWriterOptions, sizeBytes: number, known: Known): FileSink {
  let buffer: Buffer | undefined;
  let used = 0;
  let data = noData;
  const store = async (content: Buffer) => {
    const key = known && toKey(sizeBytes, hash('sha256', content, 'base64'));
    const same = key === undefined ? undefined : known?.get(key);
    data = same ?? { ...noData, fragment: await fragments.append(content) };
    if (key !== undefined) known?.set(key, data);
  };
  return {
    async write(piece) {
      if (used === 0 && piece.length === sizeBytes) return store(piece);
      buffer ??= await writer.buffers.take();
      used += piece.copy(buffer, used);
      if (used < sizeBytes) return;
      await store(buffer.subarray(0, used));
      writer.buffers.giveBack(buffer);
    },
    close: async () => data,
  };
}

/** A large file is written at once; when it turns out to be there already, the next one is written over it. */
function openLargeFile(options: FileWriterOptions, sizeBytes: number, known: Known): FileSink {
  const { writer, blockSizeBytes } = options;
  const blocks = openBlocks(options, sizeBytes);
  const digest = known && createHash('sha256');
  let buffer: Buffer | undefined;
  let used = 0;
  let missing = sizeBytes;
  return {
    async write(piece) {
      for (let done = 0; done < piece.length; ) {
        buffer ??= await writer.buffers.take();
        const copied = piece.copy(buffer, used, done);
        done += copied;
        used += copied;
        missing -= copied;
        if (used < blockSizeBytes && missing > 0) continue;
        digest?.update(buffer.subarray(0, used));
        blocks.add(buffer, used);
        buffer = undefined;
        used = 0;
      }
    },
    async close() {
      if (digest === undefined || known === undefined) return blocks.data;
      const key = toKey(sizeBytes, digest.digest('base64'));
      const same = known.get(key);
      if (same === undefined) known.set(key, blocks.data);
      else blocks.takeBack();
      return same ?? blocks.data;
    },
  };
}

type Blocks = {
  readonly data: FileData;
  add(buffer: Buffer, used: number): void;
  takeBack(): void;
};

/** The blocks of one file, which lie one behind the other. */
function openBlocks({ writer, output, blockSizeBytes }: FileWriterOptions, sizeBytes: number): Blocks {
  const sizes = new Uint32Array(Math.ceil(sizeBytes / blockSizeBytes));
  const data: FileData = { start: 0, blocks: sizes, sparseBytes: 0 };
  let added = 0;
  let isPlaced = false;
  return {
    data,
    add(buffer, used) {
      const index = added++;
      if (isZero(buffer, used)) {
        data.sparseBytes += used;
        writer.buffers.giveBack(buffer);
        return;
      }
      writer.write(buffer, used, ({ start, sizeWord }) => {
        sizes[index] = sizeWord;
        if (!isPlaced) data.start = start;
        isPlaced = true;
      });
    },
    takeBack: () => writer.afterwards(() => isPlaced && output.rewind(data.start)),
  };
}

const zeros = Buffer.alloc(2 ** 20);

function isZero(buffer: Buffer, used: number): boolean {
  return buffer.compare(zeros, 0, used, 0, used) === 0;
}

function toKey(sizeBytes: number, digest: string): string {
  return `${sizeBytes}:${digest}`;
}
