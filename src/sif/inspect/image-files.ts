import { throwIfCancelled } from '../cancelled.ts';
import { createRootTree } from '../convert/root-tree.ts';
import type { ImageSource } from '../source/image-source.ts';
import { createTarReader, type TarReader } from '../tar/reader.ts';

export type ImageFilesQuery = {
  /** @param path Of the root file system, without a leading slash. */
  readonly isWanted: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
};

/** Larger files are left out. */
const maxFileBytes = 16 * 2 ** 20;

type Found = { readonly layer: number; readonly member: number; readonly content: Buffer };

/**
 * Reads some files of an image's root file system, as it is when all layers are merged. Goes through the
 * layers once and skips the content of all other files; keeps one version of each wanted file, and the
 * names of all.
 *
 * @returns Contents by path without a leading slash.
 * @throws SIF_SOURCE_INVALID, SIF_SOURCE_TRUNCATED - the image is damaged
 * @throws CANCELLED - `signal` was aborted
 */
export async function readImageFiles(
  source: ImageSource,
  { isWanted, signal }: ImageFilesQuery,
): Promise<ReadonlyMap<string, Buffer>> {
  const tree = createRootTree();
  const found = new Map<string, Found>();
  for (const [layer, layerSource] of source.layers.entries()) {
    const { bytes, finish } = await layerSource.openIndex();
    const reader = createTarReader(bytes);
    let member = 0;
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      throwIfCancelled(signal);
      const place = { layer, member: member++ };
      tree.apply(entry, place);
      const path = entry.name.replace(/^(\.?\/)+/, '');
      if (entry.type === 'file' && entry.size <= maxFileBytes && isWanted(path))
        found.set(path, { ...place, content: await readContent(reader, entry.size) });
    }
    await finish();
  }
  const contents = new Map([...found.values()].map((file) => [`${file.layer}/${file.member}`, file.content]));
  const wanted = tree.paths().filter(({ path }) => isWanted(path));
  return new Map(
    wanted.flatMap(({ path, inode }) => {
      const content = contents.get(`${inode.layer}/${inode.member}`);
      return content === undefined ? [] : [[path, content] as const];
    }),
  );
}

async function readContent(reader: TarReader, size: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(size);
  for (let done = 0; done < size; ) done += (await reader.readContent(size - done)).copy(content, done);
  return content;
}
