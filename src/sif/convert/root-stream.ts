import { throwIfCancelled } from '../cancelled.ts';
import type { ImageSource, LayerSource } from '../source/image-source.ts';
import type { TarEntry } from '../tar/entry.ts';
import { createTarReader, type TarReader } from '../tar/reader.ts';
import { encodeTarHeader, endOfArchive, paddingAfter } from '../tar/writer.ts';
import { memberKey, type RootPlan, renameEntry } from './root-plan.ts';
import { createRootTree, type RootTree } from './root-tree.ts';

const chunkBytes = 2 ** 20;

/**
 * Reads what is in every layer, without its content, and merges it.
 *
 * @throws CANCELLED - `signal` was aborted
 */
export async function readRootTree(source: ImageSource, signal: AbortSignal | undefined): Promise<RootTree> {
  const tree = createRootTree();
  for (const [layer, layerSource] of source.layers.entries()) {
    const { bytes, finish } = await layerSource.openIndex();
    const reader = createTarReader(bytes);
    let member = 0;
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      throwIfCancelled(signal);
      tree.apply(entry, { layer, member: member++ });
    }
    await finish();
  }
  return tree;
}

/**
 * The root file system as one tar archive. Reads every layer once, to the end, and compares it with its
 * digest; content is handed through piece by piece. A piece is valid until the next one is asked for.
 *
 * @param onContent Called with the number of content bytes that went through.
 * @throws SIF_DIGEST_MISMATCH, SIF_SOURCE_TRUNCATED - a layer is damaged
 */
export async function* streamRoot(
  source: ImageSource,
  plan: RootPlan,
  onContent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  yield* collect(writeMembers(source, plan, onContent));
}

async function* writeMembers(
  source: ImageSource,
  plan: RootPlan,
  onContent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (const { entry, content } of plan.standalone) {
    yield encodeTarHeader(entry);
    if (content !== '') yield* [Buffer.from(content, 'latin1'), paddingAfter(entry.size)];
  }
  for (const [layer, layerSource] of source.layers.entries()) {
    yield* writeLayer(layerSource, { layer, plan, onContent });
  }
  yield endOfArchive;
}

type LayerPlan = {
  readonly layer: number;
  readonly plan: RootPlan;
  readonly onContent: (bytes: number) => void;
};

async function* writeLayer(
  source: LayerSource,
  { layer, plan, onContent }: LayerPlan,
): AsyncGenerator<Buffer> {
  const { bytes, finish } = await source.openContent();
  const reader = createTarReader(bytes);
  let member = 0;
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    const [path, ...otherNames] = plan.files.get(memberKey(layer, member++)) ?? [];
    if (path === undefined) continue;
    yield encodeTarHeader(renameEntry(entry, path));
    yield* copyContent(reader, entry, onContent);
    for (const name of otherNames) yield encodeTarHeader(toHardLink(entry, name, path));
  }
  await finish();
}

async function* copyContent(
  reader: TarReader,
  entry: TarEntry,
  onContent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let left = entry.size; left > 0; ) {
    const piece = await reader.readContent(chunkBytes);
    left -= piece.length;
    onContent(piece.length);
    yield piece;
  }
  if (entry.size > 0) yield paddingAfter(entry.size);
}

function toHardLink(entry: TarEntry, name: string, target: string): TarEntry {
  return { ...renameEntry(entry, name), type: 'hardlink', linkName: target, size: 0, xattrs: new Map() };
}

/** Joins small pieces, so that a hundred thousand small files do not mean as many writes. */
async function* collect(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const half = chunkBytes / 2;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let used = 0;
  for await (const piece of pieces) {
    if (piece.length + used > chunkBytes || piece.length > half) {
      if (used > 0) yield buffer.subarray(0, used);
      used = 0;
    }
    if (piece.length > half) {
      yield piece;
    } else {
      used += piece.copy(buffer, used);
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
}
