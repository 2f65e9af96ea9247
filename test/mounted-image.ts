import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, readlink, rmdir } from 'node:fs/promises';
import { run } from '../src/exec/run.ts';
import { readPartitionOffset } from './apptainer.ts';

/** Mounts a SIF's root file system as it is on disk, lets `use` look at it, and unmounts it. */
export async function withMountedImage<T>(image: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp('/var/tmp/cic-mount-');
  const options = `ro,loop,offset=${await readPartitionOffset(image)}`;
  try {
    await run({ file: 'mount', args: ['-t', 'squashfs', '-o', options, image, folder] });
    try {
      return await use(folder);
    } finally {
      await run({ file: 'umount', args: [folder] });
    }
  } finally {
    await rmdir(folder);
  }
}

/** What is known about each path of a tree, on one line each; names as latin1, so that any bytes do. */
export async function listTree(folder: string): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  const firstNames = new Map<bigint, string>();
  const visit = async (path: string): Promise<void> => {
    const name = path.slice(folder.length + 1);
    const bytes = Buffer.from(path, 'latin1');
    const stats = await lstat(bytes, { bigint: true });
    if (!firstNames.has(stats.ino)) firstNames.set(stats.ino, name);
    tree.set(name, [describe(stats), await readContent(bytes, stats), firstNames.get(stats.ino)].join(' '));
    if (!stats.isDirectory()) return;
    const children = await readdir(bytes, { encoding: 'latin1' });
    for (const child of children.sort()) await visit(`${path}/${child}`);
  };
  await visit(folder);
  return tree;
}

/**
 * Size and links of a folder depend on the file system's own ways, and Apptainer leaves the time of its
 * unpacking in folders.
 */
function describe(stats: BigIntStats): string {
  const { mode, uid, gid, mtimeNs, rdev, nlink, size } = stats;
  const owner = `${mode.toString(8)} ${uid}:${gid}`;
  if (stats.isDirectory()) return owner;
  return `${owner} ${mtimeNs / 1_000_000_000n} ${size} dev=${rdev} links=${nlink}`;
}

async function readContent(path: Buffer, stats: BigIntStats): Promise<string> {
  if (stats.isSymbolicLink()) return readlink(path, { encoding: 'latin1' });
  if (!stats.isFile()) return '';
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
