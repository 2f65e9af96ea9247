import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors/app-error.ts';

/** A part of a file, in bytes. */
export type Extent = { readonly offset: number; readonly size: number };

export type HashTask = Extent & { readonly path: string };

/** SHA-256 of a part of a file; more can be added to it. */
export async function hashExtent({ path, ...extent }: HashTask): Promise<Hash> {
  const file = await open(path);
  try {
    const hash = createHash('sha256');
    for await (const bytes of readAhead(file, extent)) hash.update(bytes);
    return hash;
  } finally {
    await file.close();
  }
}

/**
 * The same on another processor.
 *
 * @returns 64 hex digits.
 */
export function hashInThread(task: HashTask): Promise<string> {
  // As this module was loaded: from its source or compiled.
  const script = new URL(`hash-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(script, { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread that hashes ended with ${code}`)));
  });
}

const chunkBytes = 2 ** 20;

/** Piece by piece; the next one is read while one is used, which is valid until then. */
async function* readAhead(file: FileHandle, { offset, size }: Extent): AsyncGenerator<Buffer> {
  const end = offset + size;
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)] as const;
  const read = (position: number, buffer: Buffer) =>
    file.read(buffer, 0, Math.min(chunkBytes, end - position), position);
  let position = offset;
  for (let [current, other] = buffers, next = read(position, current); position < end; ) {
    const { bytesRead } = await next;
    if (bytesRead === 0)
      throw new AppError('SIF_CONVERT_FAILED', 'the file became shorter while it was read');
    position += bytesRead;
    if (position < end) next = read(position, other);
    yield current.subarray(0, bytesRead);
    [current, other] = [other, current];
  }
}
