import { closeSync, constants, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { AppError } from '../../errors/app-error.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { ExternalLayer } from '../../oci/external-layers.ts';
import { prefetch } from '../read-ahead.ts';
import { createStreamReader } from '../tar/byte-reader.ts';
import { digestMismatch } from './blob-store.ts';
import { hashing } from './hashed-chunks.ts';
import type { LayerSource } from './image-source.ts';
import { type ArchivePart, readTarSplit, type StoredContent } from './tar-split.ts';

/**
 * A layer that is read where the engine keeps it: its archive is put together again from its headers and
 * its files, byte by byte as it was, which its digest proves.
 */
export function createExternalLayerSource(
  layer: ExternalLayer,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
): LayerSource {
  return {
    digest,
    sizeBytes: size,
    openIndex: async () => ({
      bytes: createStreamReader(toSkippable(layer)),
      finish: async () => undefined,
    }),
    async openContent() {
      const archive = hashing(prefetch(joinParts(layer)));
      return {
        bytes: createStreamReader(archive.chunks),
        async finish() {
          for await (const _chunk of archive.chunks);
          if (archive.digest() !== digest) throw digestMismatch(digest, archive.digest());
        },
      };
    },
  };
}

const chunkBytes = 2 ** 20;

async function* toSkippable({ tarSplit, folder }: ExternalLayer) {
  for await (const part of readTarSplit(tarSplit)) {
    if (Buffer.isBuffer(part)) yield part;
    else yield { sizeBytes: part.sizeBytes, read: (skipBytes: number) => readPiece(folder, part, skipBytes) };
  }
}

function readPiece(folder: string, part: StoredContent, skipBytes: number): Buffer {
  const piece = Buffer.allocUnsafe(Math.min(chunkBytes, part.sizeBytes - skipBytes));
  const file = openStored(folder, part);
  try {
    return piece.subarray(0, readSync(file, piece, 0, piece.length, skipBytes));
  } finally {
    closeSync(file);
  }
}

/** The archive in large pieces; each is valid until the next one but one is asked for. */
async function* joinParts({ tarSplit, folder }: ExternalLayer): AsyncGenerator<Buffer> {
  let chunk = Buffer.allocUnsafeSlow(chunkBytes);
  let other = Buffer.allocUnsafeSlow(chunkBytes);
  let used = 0;
  for await (const part of readTarSplit(tarSplit)) {
    const { sizeBytes, copy, close } = openPart(folder, part);
    try {
      for (let done = 0; done < sizeBytes; ) {
        if (used === chunkBytes) {
          yield chunk;
          [chunk, other] = [other, chunk];
          used = 0;
        }
        const length = Math.min(sizeBytes - done, chunkBytes - used);
        const copied = await copy(chunk, { place: used, from: done, length });
        if (copied === 0) throw changed(`a file in ${folder}`);
        used += copied;
        done += copied;
      }
    } finally {
      close();
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}

type Copy = { readonly place: number; readonly from: number; readonly length: number };

type OpenPart = {
  readonly sizeBytes: number;
  /** @returns How many bytes were copied. */
  copy(target: Buffer, copy: Copy): number | Promise<number>;
  close(): void;
};

/** Handing the read of a small file to another thread costs more than the reading. */
const smallBytes = 2 ** 17;

const readAsync = promisify(read);

function openPart(folder: string, part: ArchivePart): OpenPart {
  if (Buffer.isBuffer(part)) {
    const copy = (target: Buffer, { place, from, length }: Copy) =>
      part.copy(target, place, from, from + length);
    return { sizeBytes: part.length, copy, close: () => undefined };
  }
  const file = openStored(folder, part);
  return {
    sizeBytes: part.sizeBytes,
    copy: (target, { place, from, length }) =>
      part.sizeBytes <= smallBytes
        ? readSync(file, target, place, length, from)
        : readAsync(file, target, place, length, from).then(({ bytesRead }) => bytesRead),
    close: () => closeSync(file),
  };
}

function openStored(folder: string, { name }: StoredContent): number {
  const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw changed(path.toString(), error);
  }
}

function changed(path: string, cause?: unknown): AppError {
  return new AppError('SIF_SOURCE_INVALID', `${path} of the engine's store is not what it was`, {
    hint: 'another program may have removed the image: build again',
    cause,
  });
}
