import type { ImageSource } from '../source/image-source.ts';
import type { TarEntry } from '../tar/entry.ts';
import { encodeTarHeader, endOfArchive, paddingAfter } from '../tar/writer.ts';
import type { RootPlan } from './root-plan.ts';
import { type ReadableFile, type ReadCall, readFiles } from './root-stream.ts';

const chunkBytes = 2 ** 20;

/**
 * The root file system as one tar archive; content is handed through piece by piece. A piece is valid until
 * the next one is asked for.
 *
 * @throws what {@link readFiles} throws
 */
export function streamTar(source: ImageSource, plan: RootPlan, call: ReadCall): AsyncGenerator<Buffer> {
  return collect(writeMembers(source, plan, call));
}

async function* writeMembers(source: ImageSource, plan: RootPlan, call: ReadCall): AsyncGenerator<Buffer> {
  for (const { entry, content } of plan.standalone) {
    yield encodeTarHeader(entry);
    if (content !== '') yield* [Buffer.from(content, 'latin1'), paddingAfter(entry.size)];
  }
  for await (const file of readFiles(source, plan, call)) yield* writeFile(file);
  yield endOfArchive;
}

async function* writeFile({ file, readPiece }: ReadableFile): AsyncGenerator<Buffer> {
  const { entry, names } = file;
  yield encodeTarHeader(entry);
  for (let piece = await readPiece(); piece.length > 0; piece = await readPiece()) yield piece;
  if (entry.size > 0) yield paddingAfter(entry.size);
  for (const name of names.slice(1)) yield encodeTarHeader(toHardLink(entry, name));
}

function toHardLink(entry: TarEntry, name: string): TarEntry {
  return { ...entry, name, type: 'hardlink', linkName: entry.name, size: 0, xattrs: new Map() };
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
