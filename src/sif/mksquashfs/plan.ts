import type { Command } from '../../exec/command.ts';
import { compressionLevels, type SifOptions } from '../convert/options.ts';

export type MksquashfsPlan = {
  readonly output: string;
  readonly offsetBytes: number;
  /** Unix seconds, for the file system itself. */
  readonly createdAt: number;
  /** Mode of the root directory, which a tar archive cannot describe to mksquashfs. */
  readonly rootMode: number;
  readonly options: SifOptions;
};

/** Reads a tar archive from standard input and writes the file system into `output` at an offset. */
export function planMksquashfs({
  output,
  offsetBytes,
  createdAt,
  rootMode,
  options,
}: MksquashfsPlan): Command {
  const { compression, level, blockSizeBytes, memoryBytes, processors } = options;
  const hasLevels = compressionLevels[compression] !== undefined;
  return {
    file: 'mksquashfs',
    args: [
      '-',
      output,
      '-tar',
      '-noappend',
      // Its search for duplicates has races that wrote damaged images; see docs/adr/0011-own-squashfs-writer.md.
      '-no-duplicates',
      '-no-progress',
      '-quiet',
      '-offset',
      String(offsetBytes),
      '-comp',
      compression,
      ...(level === undefined || !hasLevels ? [] : ['-Xcompression-level', String(level)]),
      '-b',
      String(blockSizeBytes),
      '-mem',
      `${Math.floor(memoryBytes / 2 ** 20)}M`,
      ...(processors === undefined ? [] : ['-processors', String(processors)]),
      '-mkfs-time',
      String(createdAt),
      '-root-mode',
      rootMode.toString(8),
      // For setRootOwner(): costs 0.4 % in size.
      '-noI',
    ],
    // mksquashfs refuses to be told two times.
    env: { SOURCE_DATE_EPOCH: undefined },
  };
}
