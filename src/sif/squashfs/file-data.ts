import { createHash, hash } from 'node:crypto';
import type { BlockWriter } from './block-writer.ts';
import type { Compress } from './compressor.ts';
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
  /** For files of a block and more. */
  readonly compressData: Compress;
  readonly blockSizeBytes: number;
};

export type FileWriter = {
  /** @param mayRepeat Whether another file has the same size: equal contents are then stored once. */
  open(sizeBytes: number, mayRepeat: boolean): FileSink;
};

/** Writes files one after the other. */
export function createFileWriter(options: FileWriterOptions): FileWriter {
  const known: Known = { files: new Map(), starts: new Set() };
  return {
    open: (sizeBytes, mayRepeat) =>
      sizeBytes < options.blockSizeBytes
        ? openSmallFile(options, sizeBytes, mayRepeat ? known : undefined)
        : openLargeFile(options, sizeBytes, mayRepeat ? known : undefined),
  };
}

/** Contents that were stored, of sizes that come more than once. */
type Known = {
  readonly files: Map<string, FileData>;
  /** First blocks of large ones. */
  readonly starts: Set<string>;
};

export const noData: FileData = { start: 0, blocks: new Uint32Array(), sparseBytes: 0 };

/** A small file is all there before it is stored. */
function openSmallFile({ writer, fragments }: FileWriterOptions, sizeBytes: number, known?: Known): FileSink {
  let buffer: Buffer | undefined;
  let used = 0;
  let data = noData;
  const store = async (content: Buffer) => {
    const key = known && toKey(sizeBytes, hash('sha256', content, 'base64'));
    const same = key === undefined ? undefined : known?.files.get(key);
    data = same ?? { ...noData, fragment: await fragments.append(content) };
    if (key !== undefined) known?.files.set(key, data);
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

/** A large file is written at once, unless it seems to be there already. */
function openLargeFile(options: FileWriterOptions, sizeBytes: number, known?: Known): FileSink {
  const { writer, blockSizeBytes } = options;
  const blocks = known ? openRepeatable(options, sizeBytes, known) : openBlocks(options, sizeBytes);
  let buffer: Buffer | undefined;
  let used = 0;
  let missing = sizeBytes;
  return {
    async write(piece) {
      for (let done = 0; done < piece.length; ) {
        buffer ??= blocks.takeBuffer() ?? (await writer.buffers.take());
        const copied = piece.copy(buffer, used, done);
        done += copied;
        used += copied;
        missing -= copied;
        if (used < blockSizeBytes && missing > 0) continue;
        blocks.add(buffer, used);
        buffer = undefined;
        used = 0;
      }
    },
    close: async () => blocks.close(),
  };
}

type BlockSink = {
  /** A buffer of its own for the next block, if it has any. */
  takeBuffer(): Buffer | undefined;
  add(buffer: Buffer, used: number): void;
  close(): FileData;
};

/**
 * Blocks of a file that may be there already. When its first one is that of another file of its size, they
 * are held back until all are known; when these are too many, or after all something else, they are written,
 * and if the file turns out to be there, the next one is written over it.
 */
function openRepeatable(options: FileWriterOptions, sizeBytes: number, known: Known): BlockSink {
  const blocks = openBlocks(options, sizeBytes);
  const { buffers } = options.writer;
  const digest = createHash('sha256');
  let isFirst = true;
  let held: { readonly buffer: Buffer; readonly used: number }[] | undefined;
  const release = () => {
    for (const { buffer, used } of held ?? []) blocks.add(buffer, used);
    held = undefined;
  };
  const isKnownStart = () => {
    const key = toKey(sizeBytes, digest.copy().digest('base64'));
    const isKnown = known.starts.has(key);
    known.starts.add(key);
    return isKnown;
  };
  return {
    takeBuffer() {
      const extra = held && buffers.takeExtra();
      if (extra === undefined) release();
      return extra;
    },
    add(buffer, used) {
      digest.update(buffer.subarray(0, used));
      if (isFirst && isKnownStart()) held = [];
      isFirst = false;
      if (held === undefined) blocks.add(buffer, used);
      else held.push({ buffer, used });
    },
    close() {
      const key = toKey(sizeBytes, digest.digest('base64'));
      const same = known.files.get(key);
      if (same === undefined) {
        release();
        known.files.set(key, blocks.data);
        return blocks.data;
      }
      for (const { buffer } of held ?? []) buffers.giveBack(buffer);
      blocks.takeBack();
      return same;
    },
  };
}

type Blocks = BlockSink & {
  readonly data: FileData;
  /** Has what comes next written over them. */
  takeBack(): void;
};

/** The blocks of one file, which lie one behind the other. */
function openBlocks(options: FileWriterOptions, sizeBytes: number): Blocks {
  const { writer, output, compressData, blockSizeBytes } = options;
  const sizes = new Uint32Array(Math.ceil(sizeBytes / blockSizeBytes));
  const data: FileData = { start: 0, blocks: sizes, sparseBytes: 0 };
  let added = 0;
  let isPlaced = false;
  return {
    data,
    takeBuffer: () => undefined,
    close: () => data,
    add(buffer, used) {
      const index = added++;
      if (isZero(buffer, used)) {
        data.sparseBytes += used;
        writer.buffers.giveBack(buffer);
        return;
      }
      writer.write({ buffer, used, compress: compressData }, ({ start, sizeWord }) => {
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
