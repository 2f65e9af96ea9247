import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestHex } from '../oci/digest.ts';

/** Keeps texts on disk by the digest of what they were made from. */
export function createTextStore(directory: string) {
  const pathOf = (key: Digest) => join(directory, digestHex(key));
  return {
    find: (key: Digest): Promise<string | undefined> => readFile(pathOf(key), 'utf8').catch(() => undefined),
    async record(key: Digest, text: string): Promise<void> {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const partial = `${path}.${randomUUID()}.partial`;
      await writeFile(partial, text);
      await rename(partial, path);
    },
  };
}
