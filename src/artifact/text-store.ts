import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../files/write-whole.ts';
import { type Digest, digestHex } from '../oci/digest.ts';

/** Keeps texts on disk by the digest of what they were made from. */
export function createTextStore(directory: string) {
  const pathOf = (key: Digest) => join(directory, digestHex(key));
  return {
    find: (key: Digest): Promise<string | undefined> => readFile(pathOf(key), 'utf8').catch(() => undefined),
    record: (key: Digest, text: string): Promise<void> => writeWhole(pathOf(key), text),
  };
}
