import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Writes a file under a temporary name and renames it when it is on disk; readers see the old or the new one. */
export async function writeWhole(
  path: string,
  content: string,
  { mode = 0o644 }: { readonly mode?: number } = {},
): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  const name = `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.partial`;
  const partial = join(directory, name);
  try {
    const file = await open(partial, 'w', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
