import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { compressionLevels, type SifOptions } from './options.ts';

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

/** Finds out what a failure of mksquashfs means. */
export function toConvertError(error: unknown, directory: string): unknown {
  const text =
    error instanceof Error ? `${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}` : '';
  if (/no space left on device|ENOSPC/i.test(text)) {
    return new AppError('SIF_DISK_FULL', `there is no space left in ${directory}`, {
      hint: 'free space there, or choose another folder; the unfinished file was removed',
      cause: error,
    });
  }
  if (/\b(ENOENT|EACCES|EPERM|EROFS|ENOTDIR)\b/.test(text) && !isAppError(error)) {
    return new AppError(
      'SIF_OUTPUT_UNUSABLE',
      `nothing can be written into ${directory}: ${(error as Error).message}`,
      {
        hint: 'make the folder first, or choose another one',
        cause: error,
      },
    );
  }
  if (!isAppError(error, 'EXEC_FAILED')) return error;
  const { signal } = error.details;
  if (typeof signal === 'string') {
    return new AppError('SIF_CONVERT_FAILED', `mksquashfs was killed (${signal})`, {
      hint: 'if nobody did that, the machine ran out of memory: lower sif.memory or sif.processors',
      cause: error,
    });
  }
  return new AppError('SIF_CONVERT_FAILED', error.message, {
    hint: 'run `cic doctor` to check its version: 4.5 or newer is needed',
    details: error.details,
    cause: error,
  });
}
