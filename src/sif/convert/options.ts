/** What CIC writes by itself: the compressors that Node.js has. */
const ownCompressions = ['zstd', 'gzip'] as const;
type OwnCompression = (typeof ownCompressions)[number];

/** What squashfs can be compressed with; beyond its own, CIC calls mksquashfs. */
export const sifCompressions = [...ownCompressions, 'xz', 'lz4', 'lzo'] as const;
export type SifCompression = (typeof sifCompressions)[number];

export function isOwnCompression(compression: SifCompression): compression is OwnCompression {
  return (ownCompressions as readonly SifCompression[]).includes(compression);
}

export type SifOptions = {
  readonly compression: SifCompression;
  /** Level of compressors that have one. */
  readonly level?: number | undefined;
  readonly blockSizeBytes: number;
  /** Memory for what waits to be compressed or written. */
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

type Levels = { readonly max: number; readonly usual?: number };

/** Levels that a compressor takes; absent for one that has none. @see mksquashfs(1) */
export const compressionLevels: Readonly<Record<OwnCompression, Required<Levels>>> &
  Partial<Record<SifCompression, Levels>> = {
  zstd: { max: 22, usual: 5 },
  // Apptainer takes 9, which is five times slower for 0.6 % in size.
  gzip: { max: 9, usual: 6 },
  lzo: { max: 9 },
};

/** What squashfs allows: powers of two. */
export const blockSizes = { minBytes: 4 * 1024, maxBytes: 2 ** 20 } as const;
