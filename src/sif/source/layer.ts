import type { Transform } from 'node:stream';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError } from '../../errors/app-error.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { readAhead } from '../read-ahead.ts';
import { createFileReader, createStreamReader } from '../tar/byte-reader.ts';
import { type BlobRange, type BlobStore, digestMismatch } from './blob-store.ts';
import { hashing } from './hashed-chunks.ts';
import type { LayerSource, OpenLayer } from './image-source.ts';

const chunkBytes = 2 ** 20;

type Compression = 'none' | 'gzip' | 'zstd';

/**
 * @param descriptor In archives that know no digest of what they store, that of the content.
 * @param diffId Digest of the layer's tar archive without compression, as the configuration lists it.
 */
export function createLayerSource(
  blobs: BlobStore,
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  diffId: Digest,
): LayerSource {
  const { digest, size } = descriptor;
  return {
    digest,
    sizeBytes: size,
    async openIndex() {
      const range = await blobs.open(digest);
      if ((await detectCompression(range)) === 'none') {
        return { bytes: createFileReader(range.file, range), finish: async () => undefined };
      }
      return openLayer(blobs, { digest, diffId });
    },
    openContent: () => openLayer(blobs, { digest, diffId }),
  };
}

async function openLayer(
  blobs: BlobStore,
  { digest, diffId }: { digest: Digest; diffId: Digest },
): Promise<OpenLayer> {
  const range = await blobs.open(digest);
  const compression = await detectCompression(range);
  const stored = hashing(compression === 'none' ? readAhead(range.file, range) : readPieces(range));
  const plain = compression === 'none' ? stored : hashing(decompress(stored.chunks, compression));
  return {
    bytes: createStreamReader(plain.chunks),
    async finish() {
      for await (const _chunk of plain.chunks);
      for await (const _chunk of stored.chunks);
      if (digest !== diffId && stored.digest() !== digest) throw digestMismatch(digest, stored.digest());
      if (plain.digest() !== diffId) throw digestMismatch(diffId, plain.digest());
    },
  };
}

/** Pieces that may be kept, as streams do. */
async function* readPieces({ file, offset, size }: BlobRange): AsyncGenerator<Buffer> {
  for (let done = 0; done < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - done));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** By the first bytes: media types are not always right. */
async function detectCompression({ file, offset }: BlobRange): Promise<Compression> {
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, offset);
  if (buffer.readUInt16BE(0) === 0x1f8b) return 'gzip';
  return buffer.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

async function* decompress(
  source: AsyncIterable<Buffer>,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Buffer> {
  const options = { chunkSize: chunkBytes };
  const stream: Transform = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  const input = Readable.from(source);
  input.on('error', (error) => stream.destroy(error));
  input.pipe(stream);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('SIF_SOURCE_TRUNCATED', `a compressed layer cannot be read: ${String(error)}`, {
      hint: 'the image was not written or downloaded completely: make or fetch it again',
      cause: error,
    });
  }
}
