import { open } from 'node:fs/promises';
import { type Member, makeEntry } from '../image.fixture.ts';
import type { TarEntry } from '../tar/entry.ts';
import type { FileNode } from './file-tree.ts';
import { createSquashfs, type SquashfsOptions } from './squashfs.ts';

export const testOptions: SquashfsOptions = {
  compression: 'zstd',
  level: 3,
  blockSizeBytes: 4096,
  memoryBytes: 2 ** 20,
  processors: 2,
  createdAt: 0x11223344,
};

/** A member with all of its names. */
export type NamedMember = Member & { readonly names?: readonly string[] };

export type WriteOptions = Partial<SquashfsOptions> & {
  readonly root?: Partial<TarEntry>;
  /** How much content comes at once. */
  readonly pieceBytes?: number;
};

/** Writes members, directories before what is in them, as a file system of its own. */
export async function writeSquashfs(
  path: string,
  members: Iterable<NamedMember>,
  { root, pieceBytes = 1000, ...options }: WriteOptions = {},
): Promise<void> {
  const file = await open(path, 'wx');
  const squashfs = createSquashfs(file, 0, { ...testOptions, ...options });
  try {
    const nodes: FileNode[] = [];
    for (const { entry, content, names = [entry.name] } of members) {
      const sink = squashfs.openFile(entry.size, true);
      for (const piece of cut(content, pieceBytes)) await sink.write(piece);
      nodes.push({ entry, paths: names, data: await sink.close() });
    }
    await squashfs.finish(makeEntry('.', { type: 'directory', mtime: 7, ...root }), nodes);
  } finally {
    await squashfs.close();
    await file.close();
  }
}

/** As a layer's reader does it: the memory is used again for the next piece. */
function* cut(content: Buffer, pieceBytes: number): Generator<Buffer> {
  for (let done = 0; done < content.length; done += pieceBytes) {
    const piece = Buffer.from(content.subarray(done, done + pieceBytes));
    yield piece;
    piece.fill(0xee);
  }
}

/** Bytes that do not compress; the same for the same seed. */
export function makeNoise(sizeBytes: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  for (let index = 0; index < sizeBytes; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state >>> 8;
  }
  return bytes;
}
