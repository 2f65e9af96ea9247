import { type Compress, type Compressor, type CompressorOptions, createCompressor } from './compressor.ts';

export type CompressorPool = {
  /** Waits for a free compressor. */
  readonly compress: Compress;
  /** Frees their memory; what still waits for one fails. */
  close(): void;
};

type Waiting = { readonly resolve: (free: Compressor) => void; readonly reject: (error: Error) => void };

/**
 * Compresses blocks side by side.
 *
 * @param size Most compressors; as many are made as are needed at once. libuv's thread pool limits how many
 *   run (UV_THREADPOOL_SIZE; `cic` makes it as large as the machine).
 */
export function createCompressorPool(options: CompressorOptions, size: number): CompressorPool {
  const all: Compressor[] = [];
  const free: Compressor[] = [];
  const waiting: Waiting[] = [];
  const make = () => {
    const compressor = createCompressor(options);
    all.push(compressor);
    return compressor;
  };
  const take = async () => {
    const compressor = free.pop() ?? (all.length < size ? make() : undefined);
    return compressor ?? new Promise<Compressor>((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const giveBack = (compressor: Compressor) => {
    const next = waiting.shift();
    if (next === undefined) free.push(compressor);
    else next.resolve(compressor);
  };
  return {
    async compress(block) {
      const compressor = await take();
      try {
        return await compressor.compress(block);
      } finally {
        giveBack(compressor);
      }
    },
    close() {
      for (const { reject } of waiting.splice(0)) reject(new Error('the compressors were closed'));
      for (const compressor of all) compressor.close();
    },
  };
}
