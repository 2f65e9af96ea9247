import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '../../errors/app-error.ts';
import { explainUnreadable } from '../../errors/unreadable.ts';
import { decodeDescriptor, type SifDescriptor } from '../format/descriptor.ts';
import { decodeHeader, type SifHeader } from '../format/header.ts';
import { dataTypes, descriptorBytes, headerBytes, partitionKinds } from '../format/layout.ts';

/** A SIF that is open for reading: its header and descriptors are decoded, its objects are not read yet. */
export type SifFile = {
  readonly path: string;
  readonly sizeBytes: number;
  readonly header: SifHeader;
  readonly descriptors: readonly SifDescriptor[];
  /** Bytes of the file from an offset; fewer where it ends. */
  readAt(offsetBytes: number, sizeBytes: number): Promise<Buffer>;
};

/** Apptainer makes tables of 48 entries. */
const maxDescriptors = 65_536;
const maxTextBytes = 16 * 2 ** 20;

/**
 * Opens a SIF for `use`, of whoever made it, and closes it.
 *
 * @throws FILE_UNREADABLE - missing or not allowed
 * @throws SIF_INVALID - no SIF, or its header points outside of the file
 */
export async function withSifFile<T>(path: string, use: (sif: SifFile) => Promise<T>): Promise<T> {
  const file = await open(path).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, cause), { cause });
  });
  try {
    return await use(await readStructure(path, file));
  } finally {
    await file.close();
  }
}

/** Content of a small object as text; undefined when it is absent, too large or not all there. */
export async function readTextObject(
  sif: SifFile,
  wanted: Partial<Pick<SifDescriptor, 'type' | 'name'>>,
): Promise<string | undefined> {
  const found = sif.descriptors.find(
    ({ type, name }) =>
      (wanted.type === undefined || type === wanted.type) &&
      (wanted.name === undefined || name === wanted.name),
  );
  if (found === undefined || found.size > maxTextBytes || found.size < 0) return undefined;
  const bytes = await sif.readAt(found.offset, found.size);
  return bytes.length === found.size ? bytes.toString('utf8') : undefined;
}

/** The partition that holds the root file system. */
export function findPrimaryPartition({ descriptors }: SifFile): SifDescriptor | undefined {
  return descriptors.find(
    ({ type, partition }) => type === dataTypes.partition && partition?.kind === partitionKinds.primarySystem,
  );
}

async function readStructure(path: string, file: FileHandle): Promise<SifFile> {
  const stats = await file.stat();
  if (!stats.isFile())
    throw new AppError('FILE_UNREADABLE', `${path} is ${stats.isDirectory() ? 'a folder' : 'no file'}`);
  const readAt = async (offset: number, size: number) => {
    const length = offset < 0 ? 0 : Math.max(0, Math.min(size, stats.size - offset));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const start = await readAt(0, headerBytes);
  if (start.toString('latin1', 0, 4) === 'hsqs') {
    throw new AppError('SIF_INVALID', `${path} is a bare squashfs file system, no SIF`, {
      hint: 'Apptainer runs it all the same; look at it with `unsquashfs -s`',
    });
  }
  const header = decodeHeader(start);
  const table = await readAt(header.tableOffset, requireTable(header, stats.size));
  return { path, sizeBytes: stats.size, header, descriptors: decodeTable(table), readAt };
}

/** @returns Size of the table in bytes. */
function requireTable({ descriptorsTotal, tableOffset }: SifHeader, fileSize: number): number {
  const size = descriptorsTotal * descriptorBytes;
  if (descriptorsTotal < 0 || descriptorsTotal > maxDescriptors) {
    throw new AppError('SIF_INVALID', `the header speaks of ${descriptorsTotal} descriptors`);
  }
  if (tableOffset < headerBytes || tableOffset + size > fileSize) {
    throw new AppError(
      'SIF_INVALID',
      `the descriptor table (${size} bytes at ${tableOffset}) is not all in the file of ${fileSize} bytes`,
      { hint: 'the file is truncated: make or download it again' },
    );
  }
  return size;
}

function decodeTable(table: Buffer): SifDescriptor[] {
  return Array.from({ length: table.length / descriptorBytes }, (_, index) =>
    decodeDescriptor(table.subarray(index * descriptorBytes, (index + 1) * descriptorBytes)),
  ).filter((descriptor) => descriptor !== undefined);
}
