import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';
import { openFile } from './archive.ts';

/** First bytes of compressed files, in hex. */
const magics = { gzip: '1f8b', zstd: '28b52ffd', xz: 'fd377a585a00', bzip2: '425a68' } as const;

export type ArchiveCompression = keyof typeof magics;

/** Undefined for an archive that can be read where it is. @throws FILE_UNREADABLE */
export async function detectArchiveCompression(path: string): Promise<ArchiveCompression | undefined> {
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(6), 0, 6, 0);
    const start = buffer.toString('hex');
    return Object.entries(magics)
      .map(([name, magic]) => ({ name: name as ArchiveCompression, magic }))
      .find(({ magic }) => start.startsWith(magic))?.name;
  } finally {
    await file.close();
  }
}

export type Decompression = {
  readonly compression: ArchiveCompression;
  readonly output: string;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Decompresses an archive into a file: members of a compressed one cannot be found by place.
 *
 * @throws SIF_SOURCE_INVALID - compressed in a way that Node.js cannot read
 * @throws SIF_SOURCE_TRUNCATED - damaged or incomplete
 */
export async function decompressArchive(path: string, decompression: Decompression): Promise<void> {
  const { compression, output, signal } = decompression;
  if (compression !== 'gzip' && compression !== 'zstd') {
    throw new AppError('SIF_SOURCE_INVALID', `the archive ${path} is compressed with ${compression}`, {
      hint: 'decompress it first, or compress it with gzip or zstd',
    });
  }
  const plain = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  try {
    await pipeline(createReadStream(path), plain, createWriteStream(output, { flags: 'wx' }), {
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw new AppError('CANCELLED', `reading ${path} was cancelled`);
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw diskFull(output, error);
    throw new AppError(
      'SIF_SOURCE_TRUNCATED',
      `the archive ${path} is damaged: ${(error as Error).message}`,
      {
        hint: 'it was not written or downloaded completely: make or fetch it again',
        cause: error,
      },
    );
  }
}

function diskFull(output: string, cause: unknown): AppError {
  return new AppError('SIF_DISK_FULL', `there is no space left for ${output}`, {
    hint: 'free space there, or choose another work folder',
    cause,
  });
}
