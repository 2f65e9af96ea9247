import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';

/** Content of a full metadata block. */
export const metadataBytes = 8192;

/** Bit of a metadata block's size (2 bytes before its content): it is not compressed. */
export const uncompressedFlag = 0x8000;

/** @throws SIF_CONVERT_FAILED - the file ends before */
export async function readAt(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, position);
  if (bytesRead < size) throw new AppError('SIF_CONVERT_FAILED', 'mksquashfs wrote no complete file system');
  return buffer;
}
