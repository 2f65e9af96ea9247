import { type Compress, type CompressorOptions, hasFastSearch } from './compressor.ts';
import { createCompressorPool } from './compressor-pool.ts';

/** How hard which blocks are compressed. */
export type Effort = {
  /** For what is read most, and gains most: small files and metadata. */
  readonly compress: Compress;
  /** For the blocks of large files, in their order. */
  readonly compressData: Compress;
  /** Frees the compressors; what still waits for one fails. */
  close(): void;
};

/** One block of large files in so many is searched as small files are. */
const usualEvery = 4;

/**
 * zstd has nothing between a level whose files are larger than Apptainer's and one that takes twice the time, so
 * some blocks get the one and some the other. Their number decides and not their content: what a block gains by
 * the longer search differs little, and trying costs more than it saves (measured, see bench/README.md).
 *
 * @param size Most blocks of a kind that are compressed at once.
 */
export function createEffort(options: CompressorOptions, size: number): Effort {
  const usual = createCompressorPool(options, size);
  if (!hasFastSearch(options)) return { ...usual, compressData: usual.compress };
  const fast = createCompressorPool({ ...options, isFast: true }, size);
  let blocks = 0;
  return {
    compress: usual.compress,
    compressData: (block) => (blocks++ % usualEvery === 0 ? usual : fast).compress(block),
    close() {
      usual.close();
      fast.close();
    },
  };
}
