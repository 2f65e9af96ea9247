import { type Compress, type Compressor, type CompressorOptions, createCompressor } from './compressor.ts';

export type CompressorPool = {
  /** Waits for a free compressor. */
  readonly compress: Compress;
  /** Frees their memory; what still waits for one fails. */
  close(): void;
};

type Waiting = { readonly resolve: (free: Compressor) => void; readonly reject: (error: Error) => void };

/** Compresses blocks side by side. */
export function createCompressorPool(options: CompressorOptions, size: number): CompressorPool {
  const all = Array.from({ length: size }, () => createCompressor(options));
  const free = [...all];
  const waiting: Waiting[] = [];
  const take = () => {
    const compressor = free.pop();
    if (compressor !== undefined) return Promise.resolve(compressor);
    return new Promise<Compressor>((resolve, reject) => waiting.push({ resolve, reject }));
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
