/** What squashfs can be compressed with. */
export const sifCompressions = ['zstd', 'gzip', 'xz', 'lz4', 'lzo'] as const;
export type SifCompression = (typeof sifCompressions)[number];

export type SifOptions = {
  readonly compression: SifCompression;
  /** Level of compressors that have one. */
  readonly level?: number | undefined;
  readonly blockSizeBytes: number;
  /** Memory that mksquashfs may use for its queues and caches. */
  readonly memoryBytes: number;
  /** Default: all. */
  readonly processors?: number | undefined;
  /** `squashfs` writes the bare file system, which some centres run directly. */
  readonly format: 'sif' | 'squashfs';
};

/**
 * Chosen by write time, size and what reading costs together; see bench/README.md. zstd in squashfs needs
 * Linux 4.14 or a squashfuse with zstd; gzip is for older clusters.
 */
export const defaultSifOptions: SifOptions = {
  compression: 'zstd',
  level: 5,
  blockSizeBytes: 128 * 1024,
  memoryBytes: 384 * 2 ** 20,
  format: 'sif',
};

/** Levels that a compressor takes; absent for one that has none. @see mksquashfs(1) */
export const compressionLevels: Partial<
  Record<SifCompression, { readonly max: number; readonly usual?: number }>
> = {
  zstd: { max: 22, usual: 5 },
  // mksquashfs itself takes 9, which is five times slower for 0.6 % in size.
  gzip: { max: 9, usual: 6 },
  lzo: { max: 9 },
};

/** What squashfs allows: powers of two. */
export const blockSizes = { minBytes: 4 * 1024, maxBytes: 2 ** 20 } as const;
