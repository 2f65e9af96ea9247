import { throwIfCancelled } from '../cancelled.ts';
import type { ImageSource } from '../source/image-source.ts';
import { createTarReader, type TarReader } from '../tar/reader.ts';
import { memberKey, type PlannedFile, type RootPlan } from './root-plan.ts';
import { createRootTree, type RootTree } from './root-tree.ts';

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

/** A file of a layer whose content can be read now. */
export type ReadableFile = {
  readonly file: PlannedFile;
  /** Empty when there is no more. A piece is valid until the next one is asked for. */
  readPiece(): Promise<Buffer>;
};

export type ReadCall = {
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of content bytes that were read. */
  readonly onContent?: ((bytes: number) => void) | undefined;
};

/**
 * The planned files of all layers, in the order of their content. Reads every layer once, to the end, and
 * compares it with its digest.
 *
 * @throws SIF_DIGEST_MISMATCH, SIF_SOURCE_TRUNCATED - a layer is damaged
 * @throws CANCELLED - `signal` was aborted
 */
export async function* readFiles(
  source: ImageSource,
  plan: RootPlan,
  call: ReadCall,
): AsyncGenerator<ReadableFile> {
  for (const [layer, layerSource] of source.layers.entries()) {
    const { bytes, finish } = await layerSource.openContent();
    const reader = createTarReader(bytes);
    const readPiece = () => readPieceOf(reader, call);
    let member = 0;
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      throwIfCancelled(call.signal);
      const file = plan.files.get(memberKey(layer, member++));
      if (file !== undefined) yield { file, readPiece };
    }
    await finish();
  }
}

const chunkBytes = 2 ** 20;

async function readPieceOf(reader: TarReader, { signal, onContent }: ReadCall): Promise<Buffer> {
  throwIfCancelled(signal);
  const piece = await reader.readContent(chunkBytes);
  if (piece.length > 0) onContent?.(piece.length);
  return piece;
}
