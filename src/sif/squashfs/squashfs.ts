import type { FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { superblockBytes } from '../format/squashfs.ts';
import type { TarEntry } from '../tar/entry.ts';
import { createBlockBuffers } from './block-buffers.ts';
import { createBlockWriter } from './block-writer.ts';
import type { Compress } from './compressor.ts';
import { createEffort } from './effort.ts';
import { createFileWriter, type FileSink } from './file-data.ts';
import { buildFileTree, type FileNode, type FileTree } from './file-tree.ts';
import { createFragments, type Fragments } from './fragments.ts';
import { paddedToBytes } from './layout.ts';
import { createOutput, type Output, writeAll } from './output.ts';
import { createOwnerIds } from './owner-ids.ts';
import { encodeNumbers, encodePointerTable } from './pointer-table.ts';
import {
  type BlockCompression,
  encodeCompressorOptions,
  encodeSuperblock,
  type SuperblockFields,
} from './superblock.ts';
import { writeTree } from './tree-tables.ts';
import { createXattrSets } from './xattrs.ts';

export type SquashfsOptions = {
  readonly compression: BlockCompression;
  readonly level: number;
  /** A power of two from 4 KiB to 1 MiB. */
  readonly blockSizeBytes: number;
  /** For blocks that wait to be compressed or written. */
  readonly memoryBytes: number;
  /** Default: all. */
  readonly processors?: number | undefined;
  /** Unix seconds. */
  readonly createdAt: number;
};

/** A squashfs that is being written. The same calls give the same bytes, whatever the timing. */
export type SquashfsBuilder = {
  /** @param mayRepeat Whether another file has the same size: equal contents are stored once. */
  openFile(sizeBytes: number, mayRepeat: boolean): FileSink;
  /**
   * Completes the file system, and cuts off what is behind it.
   *
   * @param nodes Directories before what is in them.
   */
  finish(root: TarEntry, nodes: Iterable<FileNode>): Promise<void>;
  /** Must be called in the end, also after a failure. */
  close(): Promise<void>;
};

/**
 * Writes a squashfs into a file.
 *
 * @param start Where in the file, in bytes.
 */
export function createSquashfs(file: FileHandle, start: number, options: SquashfsOptions): SquashfsBuilder {
  const { blockSizeBytes, compression, level } = options;
  const processors = options.processors ?? availableParallelism();
  const effort = createEffort({ compression, level }, processors + waitingCompressors);
  const { compress, compressData } = effort;
  const output = createOutput(file, start);
  const buffers = createBlockBuffers({ sizeBytes: blockSizeBytes, ...countBlocks(options, processors) });
  const writer = createBlockWriter({ output, buffers });
  const fragments = createFragments({ writer, compress, blockSizeBytes });
  const files = createFileWriter({ writer, fragments, output, compressData, blockSizeBytes });
  const compressorOptions = encodeCompressorOptions(compression, level);
  // The superblock's place is filled at the end.
  const opening = output.write(Buffer.concat([Buffer.alloc(superblockBytes), compressorOptions]));
  return {
    openFile: files.open,
    async finish(root, nodes) {
      await opening;
      fragments.finish();
      await writer.drain();
      const tree = buildFileTree(root, nodes);
      const layout = await writeTables(output, { tree, fragments, compress });
      await output.flush();
      const fields = { ...options, ...layout, hasCompressorOptions: compressorOptions.length > 0 };
      await writeAll(file, encodeSuperblock(fields), start);
      // Cut first: what was taken back may reach further.
      await file.truncate(start + layout.bytesUsed);
      await file.truncate(start + Math.ceil(layout.bytesUsed / paddedToBytes) * paddedToBytes);
    },
    async close() {
      writer.fail(new Error('the file system was closed'));
      effort.close();
      await writer.drain().catch(() => undefined);
    },
  };
}

/** As many that no processor waits for the next one; more for what is held back, as far as memory allows. */
function countBlocks({ memoryBytes, blockSizeBytes }: SquashfsOptions, processors: number) {
  const affordable = Math.floor(memoryBytes / blockSizeBytes);
  const count = Math.max(minBlocks, Math.min(affordable, processors * blocksPerProcessor));
  const extraCount = Math.min(affordable - count, Math.floor(maxHeldBytes / blockSizeBytes));
  return { count, extraCount: Math.max(0, extraCount) };
}

/** With a block at hand already, so that no processor waits for the next one (measured: 15 % of the time). */
const waitingCompressors = 2;

/** One is filled, one holds fragments, one is under way. */
const minBlocks = 3;
const blocksPerProcessor = 8;
const maxHeldBytes = 64 * 2 ** 20;

type TableSources = {
  readonly tree: FileTree;
  readonly fragments: Fragments;
  readonly compress: Compress;
};

type Layout = Pick<SuperblockFields, 'inodes' | 'fragments' | 'ids' | 'root' | 'bytesUsed' | 'tables'>;

async function writeTables(output: Output, { tree, fragments, compress }: TableSources): Promise<Layout> {
  const owners = createOwnerIds();
  const xattrs = createXattrSets();
  const { inodeTable, directoryTable, references } = await writeTree(tree, { owners, xattrs, compress });
  const inodes = output.position();
  await output.write(inodeTable);
  const directories = output.position();
  await output.write(directoryTable);
  const writeEntries = async (entries: Buffer) => {
    const table = await encodePointerTable(entries, { place: output.position(), compress });
    await output.write(table.bytes);
    return table.start;
  };
  const tables = {
    inodes,
    directories,
    fragments: await writeEntries(fragments.encode()),
    exports: await writeEntries(encodeNumbers(references)),
    ids: await writeEntries(owners.encode()),
  };
  const sets = await xattrs.encode(output.position(), compress);
  if (sets !== undefined) await output.write(sets.bytes);
  return {
    inodes: tree.inodes,
    fragments: fragments.count(),
    ids: owners.count(),
    root: references[0] ?? 0,
    bytesUsed: output.position(),
    tables: { ...tables, ...(sets && { xattrs: sets.start }) },
  };
}
