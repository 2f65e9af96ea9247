import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isBuildId } from '../build-folder.ts';

export type FileOnDisk = { readonly path: string; readonly name: string; readonly sizeBytes: number };

/**
 * A file that a running build has just written belongs to nobody yet: its build is told of when it has ended, a day
 * later at most.
 */
const settledAfterMs = 24 * 3600 * 1000;

/** Beside a SIF, under its name. */
const besides = ['.spdx.json', '.provenance.json', '.spack.lock'];

/** Files that no published image has: of interrupted builds, and of images that are gone. */
export async function findOrphanFiles(
  folder: string,
  known: ReadonlySet<string>,
  now: Date,
): Promise<FileOnDisk[]> {
  const stems = new Set([...known].map((filename) => filename.replace(/\.sif$/, '')));
  const isOurs = (name: string) =>
    name.endsWith('.partial') || name.endsWith('.sif') || besides.some((suffix) => name.endsWith(suffix));
  const isKnown = (name: string) =>
    known.has(name) ||
    besides.some((suffix) => name.endsWith(suffix) && stems.has(name.slice(0, -suffix.length)));
  const files = await listSettled(folder, now);
  return files.filter(({ name }) => isOurs(name) && !isKnown(name));
}

/** Folders of builds that are not known any more. */
export async function findOrphanFolders(
  folder: string,
  known: ReadonlySet<string>,
  now: Date,
): Promise<FileOnDisk[]> {
  const entries = await listSettled(folder, now);
  const orphans = entries.filter(({ name }) => isBuildId(name) && !known.has(name));
  return Promise.all(orphans.map(async (orphan) => ({ ...orphan, sizeBytes: await sizeOf(orphan.path) })));
}

async function listSettled(folder: string, now: Date): Promise<FileOnDisk[]> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const found = await lstat(path).catch(() => undefined);
      // ctime: a rename counts, and the date of the content does not.
      const isSettled = found !== undefined && now.getTime() - found.ctimeMs > settledAfterMs;
      return isSettled ? [{ path, name, sizeBytes: found.size }] : [];
    }),
  );
  return files.flat();
}

/** Bytes of all files below. */
export async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
