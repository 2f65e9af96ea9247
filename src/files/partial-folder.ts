import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = '.partial-';

/** Longer than any fetch or checkout takes. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Makes a folder for work in progress beside its later place, to be renamed into it. What processes that
 * were killed left there is cleared away.
 */
export async function makePartialFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await removeIfAbandoned(join(parent, name));
  }
  return mkdtemp(join(parent, prefix));
}

async function removeIfAbandoned(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > abandonedAfterMs) {
    await rm(path, { recursive: true, force: true });
  }
}
