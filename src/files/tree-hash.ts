import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors/app-error.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import type { Digest } from '../oci/digest.ts';

/**
 * Hash of everything in a folder that gets into an image: paths, kinds, exec bits, link targets and
 * contents. Times, owners, other permissions and `.git` do not count.
 *
 * Each entry is hashed as `<kind> <path>\0<size of its content>\0<content>` in the order of the paths'
 * bytes, so that no two different trees give the same stream.
 *
 * @throws STEP_UNREADABLE - a file cannot be read, or is a socket, pipe or device
 */
export async function hashTree(folder: string): Promise<Digest> {
  const hash = createHash('sha256');
  for (const entry of await listTree(folder)) {
    const absolutePath = join(folder, entry.path);
    if (entry.kind === 'link') {
      const target = await readlink(absolutePath, { encoding: 'buffer' });
      hash.update(formatHeader(entry, target.length)).update(target);
    } else if (entry.kind === 'file' || entry.kind === 'executable') {
      const { size } = await stat(absolutePath);
      hash.update(formatHeader(entry, size));
      await pipeline(createReadStream(absolutePath), async (chunks) => {
        for await (const chunk of chunks) hash.update(chunk);
      });
    } else {
      hash.update(formatHeader(entry, 0));
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

export type TreeEntry = {
  /** Relative to the folder, with `/` between its parts. */
  readonly path: string;
  readonly kind: 'folder' | 'file' | 'executable' | 'link';
};

/**
 * Everything under a folder but `.git`, parents before children, in byte order.
 *
 * @throws STEP_UNREADABLE - a folder cannot be read, or an entry is a socket, pipe or device
 */
export async function listTree(folder: string): Promise<TreeEntry[]> {
  const entries = await listBelow(folder, '');
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function listBelow(root: string, parent: string): Promise<TreeEntry[]> {
  const found = await readdir(join(root, parent), { withFileTypes: true }).catch((cause) => {
    throw new AppError('STEP_UNREADABLE', explainUnreadable(join(root, parent), cause), {
      cause,
    });
  });
  const lists = await Promise.all(
    found
      .filter(({ name }) => name !== '.git')
      .map(async (item) => {
        const path = parent === '' ? item.name : `${parent}/${item.name}`;
        const entry = { path, kind: await kindOf(item, join(root, path)) };
        return entry.kind === 'folder' ? [entry, ...(await listBelow(root, path))] : [entry];
      }),
  );
  return lists.flat();
}

async function kindOf(item: Dirent, absolutePath: string): Promise<TreeEntry['kind']> {
  if (item.isDirectory()) return 'folder';
  if (item.isSymbolicLink()) return 'link';
  if (item.isFile()) return ((await stat(absolutePath)).mode & 0o100) === 0 ? 'file' : 'executable';
  throw new AppError('STEP_UNREADABLE', `${absolutePath} is neither a file, a folder nor a symbolic link`, {
    hint: 'remove the socket, pipe or device from the step',
  });
}

function formatHeader({ kind, path }: TreeEntry, sizeBytes: number): string {
  return `${kind} ${path}\0${sizeBytes}\0`;
}
