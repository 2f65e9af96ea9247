import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors/app-error.ts';
import { type Extent, readAhead } from '../read-ahead.ts';

export type HashTask = Extent & { readonly path: string };

/** SHA-256 of a part of a file; more can be added to it. */
export async function hashExtent({ path, ...extent }: HashTask): Promise<Hash> {
  const file = await open(path);
  try {
    const hash = createHash('sha256');
    let missing = extent.size;
    for await (const bytes of readAhead(file, extent)) {
      hash.update(bytes);
      missing -= bytes.length;
    }
    if (missing > 0) throw new AppError('SIF_CONVERT_FAILED', 'the file became shorter while it was read');
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
