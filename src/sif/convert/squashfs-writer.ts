import { open } from 'node:fs/promises';
import type { FileNode } from '../squashfs/file-tree.ts';
import { createSquashfs, type SquashfsBuilder } from '../squashfs/squashfs.ts';
import type { BlockCompression } from '../squashfs/superblock.ts';
import type { FileSystemWriter, WriteContent } from './file-system-writer.ts';
import type { SifOptions } from './options.ts';
import type { RootPlan } from './root-plan.ts';
import { type ReadCall, readFiles } from './root-stream.ts';

export type SquashfsSettings = Pick<SifOptions, 'blockSizeBytes' | 'memoryBytes' | 'processors'> & {
  readonly compression: BlockCompression;
  readonly level: number;
};

/** Writes squashfs without the help of a program. */
export function createSquashfsWriter(settings: SquashfsSettings): FileSystemWriter {
  return {
    async write(content, target, call) {
      const file = await open(target.path, 'wx');
      try {
        const squashfs = createSquashfs(file, target.offsetBytes, { ...settings, ...target });
        try {
          await writeAllFiles(squashfs, content, call);
        } finally {
          await squashfs.close();
        }
      } finally {
        await file.close();
      }
    },
  };
}

async function writeAllFiles(
  squashfs: SquashfsBuilder,
  { source, plan }: WriteContent,
  call: ReadCall,
): Promise<void> {
  const mayRepeat = findRepeatedSizes(plan);
  const nodes: FileNode[] = [];
  for (const { entry, content } of plan.standalone) {
    const sink = squashfs.openFile(entry.size, mayRepeat(entry.size));
    if (content !== '') await sink.write(Buffer.from(content, 'latin1'));
    nodes.push({ entry, paths: [entry.name], data: await sink.close() });
  }
  for await (const { file, readPiece } of readFiles(source, plan, call)) {
    const { entry, names } = file;
    const sink = squashfs.openFile(entry.size, mayRepeat(entry.size));
    for (let piece = await readPiece(); piece.length > 0; piece = await readPiece()) await sink.write(piece);
    nodes.push({ entry, paths: names, data: await sink.close() });
  }
  await squashfs.finish(plan.root, nodes);
}

/** Only contents of the same size have to be compared. */
function findRepeatedSizes({ standalone, files }: RootPlan): (sizeBytes: number) => boolean {
  const seen = new Set<number>();
  const repeated = new Set<number>();
  for (const { entry } of [...standalone, ...files.values()]) {
    if (seen.has(entry.size)) repeated.add(entry.size);
    seen.add(entry.size);
  }
  return (sizeBytes) => repeated.has(sizeBytes);
}
