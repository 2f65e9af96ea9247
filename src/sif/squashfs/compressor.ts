import { promisify } from 'node:util';
import { constants, createZstdCompress, deflate } from 'node:zlib';
import { measureZlibStream, measureZstdFrame } from './compressed-size.ts';
import type { BlockCompression } from './superblock.ts';

/**
 * Compresses a block in its place.
 *
 * @returns How many bytes of the block it fills now; undefined when it would not get smaller and is as it was.
 */
export type Compress = (block: Buffer) => Promise<number | undefined>;

/** Works in libuv's thread pool. The same block gives the same bytes, whatever was compressed before. */
export type Compressor = {
  /** One block at a time. */
  readonly compress: Compress;
  close(): void;
};

export type CompressorOptions = {
  readonly compression: BlockCompression;
  readonly level: number;
  /** Half the time for 3 % more bytes; only where {@link hasFastSearch} says so. */
  readonly isFast?: boolean | undefined;
};

export function createCompressor({ compression, level, isFast }: CompressorOptions): Compressor {
  if (compression === 'gzip') return createGzipCompressor(level);
  return createZstdCompressor(isFast ? fastZstd : (tunedZstd.get(level) ?? toParameters(level)));
}

/** Whether these options have a faster way beside the usual one: zstd at the usual level. */
export function hasFastSearch({ compression, level }: CompressorOptions): boolean {
  return compression === 'zstd' && tunedZstd.has(level);
}

type ZstdParameters = Readonly<Record<number, number>>;

function toParameters(level: number): ZstdParameters {
  return { [constants.ZSTD_c_compressionLevel]: level };
}

/**
 * The usual level with a lazy search, where zstd itself takes a greedy one, in a hash table of 256 KiB, which stays in
 * a core's cache: 2 % smaller; small files take no longer, large ones a third more (measured, see bench/README.md).
 */
const tunedZstd: ReadonlyMap<number, ZstdParameters> = new Map([
  [
    5,
    {
      ...toParameters(5),
      [constants.ZSTD_c_strategy]: constants.ZSTD_lazy,
      [constants.ZSTD_c_hashLog]: 16,
      [constants.ZSTD_c_searchLog]: 3,
    },
  ],
]);

/** zstd's level 4 for blocks of 128 KiB, with smaller tables likewise. */
const fastZstd: ZstdParameters = {
  ...toParameters(4),
  [constants.ZSTD_c_strategy]: constants.ZSTD_dfast,
  [constants.ZSTD_c_hashLog]: 16,
  [constants.ZSTD_c_chainLog]: 15,
  [constants.ZSTD_c_minMatch]: 4,
};

/** Output is cut from pieces of this size. */
const pieceBytes = 2 ** 20;

/**
 * One stream of Node.js for many blocks, each flushed to its end: it keeps its working memory, and zstd
 * learns the size of the block beforehand, which the one-shot functions of Node.js 24 do not tell it
 * (measured: 1.5 % smaller and 20 % less time). zstd's window is never larger than the block then, as the
 * kernel demands.
 */
function createZstdCompressor(params: ZstdParameters): Compressor {
  const stream = createZstdCompress({
    params,
    flush: constants.ZSTD_e_end,
    chunkSize: pieceBytes,
  });
  let parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  // Each write reports its own error.
  stream.on('error', () => undefined);
  return {
    async compress(block) {
      parts = [];
      await new Promise<void>((resolve, reject) => {
        stream.write(block, (error) => (error ? reject(error) : resolve()));
      });
      const output = joinParts(parts);
      const size = putInPlace(output.subarray(0, measureZstdFrame(output)), block);
      freeFinished(parts);
      return size;
    },
    close: () => stream.destroy(),
  };
}

const deflateBlock = promisify<Buffer, Parameters<typeof deflate>[1], Buffer>(deflate);

/**
 * A fresh start for each block: where zlib's state is reused, the output of some blocks depends on what was
 * compressed before (seen with Node.js 24.21).
 */
function createGzipCompressor(level: number): Compressor {
  return {
    async compress(block) {
      const output = await deflateBlock(block, { level, chunkSize: 2 ** 16 });
      return putInPlace(output.subarray(0, measureZlibStream(output)), block);
    },
    close: () => undefined,
  };
}

function putInPlace(output: Buffer, block: Buffer): number | undefined {
  return output.length < block.length ? output.copy(block) : undefined;
}

function joinParts(parts: readonly Buffer[]): Buffer {
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(parts);
}

/**
 * Frees pieces of output that the stream has left for a new one. The garbage collector would do that too, but
 * goes through the whole heap each time a few of them have come together (measured: 3 of 30 CPU seconds).
 */
function freeFinished(parts: readonly Buffer[]): void {
  const current = parts.at(-1)?.buffer;
  for (const { buffer } of parts) if (buffer !== current && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
