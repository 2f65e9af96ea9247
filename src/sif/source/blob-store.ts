import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors/app-error.ts';
import { type Digest, digestHex, digestOf, isDigest } from '../../oci/digest.ts';

/** A range of a file. */
export type BlobRange = { readonly file: FileHandle; readonly offset: number; readonly size: number };

/** Where an image's blobs are: a folder, or ranges of an archive that is read in place. */
export type BlobStore = {
  /** @throws SIF_SOURCE_INVALID - there is no such blob */
  open(digest: Digest): Promise<BlobRange>;
  close(): Promise<void>;
};

const maxDocumentBytes = 4 * 2 ** 20;

/** The blobs of an OCI image layout on disk. @see OCI image-spec, image-layout.md */
export function openLayoutBlobs(layout: string): BlobStore {
  const files: FileHandle[] = [];
  return {
    async open(digest) {
      if (!isDigest(digest)) throw missingBlob(digest);
      const path = join(layout, 'blobs', 'sha256', digestHex(digest));
      try {
        const file = await open(path);
        files.push(file);
        return { file, offset: 0, size: (await stat(path)).size };
      } catch (error) {
        throw missingBlob(digest, error);
      }
    },
    close: async () => {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

/**
 * Reads a small blob (index, manifest, configuration) and compares it with its digest.
 *
 * @throws SIF_DIGEST_MISMATCH - its bytes are not what the digest says
 */
export async function readDocument(blobs: BlobStore, digest: Digest): Promise<string> {
  const { file, offset, size } = await blobs.open(digest);
  if (size > maxDocumentBytes)
    throw new AppError('SIF_SOURCE_INVALID', `${digest} has ${size} bytes: too large`);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, offset);
  const bytes = buffer.subarray(0, bytesRead);
  const found = digestOf(bytes);
  if (found !== digest) throw digestMismatch(digest, found);
  return bytes.toString('utf8');
}

export function missingBlob(digest: Digest, cause?: unknown): AppError {
  return new AppError('SIF_SOURCE_INVALID', `the image lacks the blob ${digest}`, {
    hint: 'it was not written or downloaded completely: make or fetch it again',
    cause,
  });
}

export function digestMismatch(expected: Digest, found: Digest): AppError {
  return new AppError(
    'SIF_DIGEST_MISMATCH',
    `the bytes of ${expected} do not match that digest: they have ${found}`,
    {
      hint: 'the image is damaged or was tampered with: make or fetch it again',
      details: { expected, found },
    },
  );
}
