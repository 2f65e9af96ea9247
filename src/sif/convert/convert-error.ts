import { AppError, isAppError } from '../../errors/app-error.ts';

const unusable: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'it is no folder',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its file system is read-only',
};

/** Finds out what a failure to write the file means. */
export function toConvertError(error: unknown, directory: string): unknown {
  const text =
    error instanceof Error ? `${error.message} ${(error as NodeJS.ErrnoException).code ?? ''}` : '';
  if (/no space left on device|ENOSPC/i.test(text)) {
    return new AppError('SIF_DISK_FULL', `there is no space left in ${directory}`, {
      hint: 'free space there, or choose another folder; the unfinished file was removed',
      cause: error,
    });
  }
  const [, reason = ''] = /\b(ENOENT|EACCES|EPERM|EROFS|ENOTDIR)\b/.exec(text) ?? [];
  if (reason !== '' && !isAppError(error)) {
    return new AppError(
      'SIF_OUTPUT_UNUSABLE',
      `nothing can be written into ${directory}: ${unusable[reason]}`,
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
