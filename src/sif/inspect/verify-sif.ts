import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isAppError } from '../../errors/app-error.ts';
import { throwIfCancelled } from '../cancelled.ts';
import type { SifDescriptor } from '../format/descriptor.ts';
import { checksumObjectName, fileSystems } from '../format/layout.ts';
import { decodeSuperblock, superblockBytes } from '../format/squashfs.ts';
import { findPrimaryPartition, readTextObject, type SifFile, withSifFile } from './sif-file.ts';

export type SifVerification = {
  readonly path: string;
  /** What is wrong, in the order of the file; empty for a sound one. */
  readonly problems: readonly string[];
  /** `absent` in files that CIC did not make: damage inside of the file system would not be found. */
  readonly checksum: 'matches' | 'differs' | 'absent' | 'unknown';
};

/**
 * Checks a SIF: that everything lies inside of the file and nothing over another, that the file system is
 * complete, and its SHA-256 where the file has one.
 *
 * @throws FILE_UNREADABLE - missing or not allowed
 * @throws CANCELLED - `signal` was aborted
 */
export async function verifySif(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SifVerification> {
  try {
    return await withSifFile(path, async (sif) => {
      const problems = [...checkHeader(sif), ...checkPlaces(sif), ...(await checkPartition(sif))];
      const { checksum, problem } = await checkChecksum(sif, signal);
      return { path, problems: problem === undefined ? problems : [...problems, problem], checksum };
    });
  } catch (error) {
    if (!isAppError(error, 'SIF_INVALID')) throw error;
    return { path, problems: [error.message], checksum: 'unknown' };
  }
}

function checkHeader({ header, descriptors, sizeBytes }: SifFile): string[] {
  const { descriptorsTotal, descriptorsFree, dataOffset, dataSize } = header;
  const problems: string[] = [];
  const end = dataOffset + dataSize;
  if (dataOffset < 0 || dataSize < 0 || end > sizeBytes)
    problems.push(`the file has ${sizeBytes} bytes, but its data ends at ${end}: it is truncated`);
  const used = descriptorsTotal - descriptorsFree;
  if (used !== descriptors.length)
    problems.push(`the header counts ${used} data objects, but there are ${descriptors.length}`);
  return problems;
}

function checkPlaces({ header, descriptors, sizeBytes }: SifFile): string[] {
  const problems: string[] = [];
  const ids = new Set<number>();
  let previous: SifDescriptor | undefined;
  for (const object of [...descriptors].sort((a, b) => a.offset - b.offset)) {
    const { id, offset, size } = object;
    if (ids.has(id)) problems.push(`the id ${id} is there twice`);
    ids.add(id);
    if (offset < header.dataOffset || size < 0 || offset + size > sizeBytes)
      problems.push(`${describe(object)} is not all in the file of ${sizeBytes} bytes`);
    if (previous !== undefined && size > 0 && previous.offset + previous.size > offset)
      problems.push(`${describe(object)} lies over ${describe(previous)}`);
    if (previous === undefined || offset + size > previous.offset + previous.size) previous = object;
  }
  return problems;
}

async function checkPartition(sif: SifFile): Promise<string[]> {
  const descriptor = findPrimaryPartition(sif);
  if (descriptor?.partition === undefined) return ['there is no partition with a root file system'];
  const { fileSystem, architecture } = descriptor.partition;
  const problems: string[] = [];
  if (architecture !== sif.header.architecture)
    problems.push(
      `the header is for architecture ${sif.header.architecture}, the partition for ${architecture}`,
    );
  return fileSystem === fileSystems.squashfs
    ? [...problems, ...(await checkSquashfs(sif, descriptor))]
    : problems;
}

async function checkSquashfs(sif: SifFile, { offset, size }: SifDescriptor): Promise<string[]> {
  try {
    const { bytesUsed, tables } = decodeSuperblock(await sif.readAt(offset, superblockBytes));
    if (bytesUsed > size) return [`the file system has ${bytesUsed} bytes, its partition only ${size}`];
    if (tables.some((place) => place < superblockBytes || place >= bytesUsed))
      return ['a table of the file system lies outside of it'];
    return [];
  } catch (error) {
    if (isAppError(error, 'SIF_INVALID')) return [error.message];
    throw error;
  }
}

const checksumSchema = z.looseObject({
  partition: z.looseObject({
    offset: z.number(),
    size: z.number(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

type Checked = { readonly checksum: SifVerification['checksum']; readonly problem?: string };

async function checkChecksum(sif: SifFile, signal: AbortSignal | undefined): Promise<Checked> {
  const text = await readTextObject(sif, { name: checksumObjectName });
  if (text === undefined) {
    const isPromised = sif.descriptors.some(({ name }) => name === checksumObjectName);
    return isPromised
      ? { checksum: 'unknown', problem: 'the checksum object cannot be read' }
      : { checksum: 'absent' };
  }
  const expected = parseChecksum(text);
  if (expected === undefined) return { checksum: 'unknown', problem: 'the checksum object is damaged' };
  const primary = findPrimaryPartition(sif);
  if (primary?.offset !== expected.offset || primary.size !== expected.size)
    return { checksum: 'differs', problem: 'the checksum was made of a partition at another place' };
  const found = await hashObject(sif, primary, signal);
  if (found === expected.sha256) return { checksum: 'matches' };
  return {
    checksum: 'differs',
    problem: `the file system is damaged: its SHA-256 is ${found}, it was ${expected.sha256}`,
  };
}

function parseChecksum(text: string) {
  try {
    return checksumSchema.safeParse(JSON.parse(text)).data?.partition;
  } catch {
    return undefined;
  }
}

const chunkBytes = 2 ** 20;

async function hashObject(
  sif: SifFile,
  { offset, size }: SifDescriptor,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash('sha256');
  for (let done = 0; done < size; done += chunkBytes) {
    throwIfCancelled(signal);
    hash.update(await sif.readAt(offset + done, Math.min(chunkBytes, size - done)));
  }
  return hash.digest('hex');
}

function describe({ id, name, offset, size }: SifDescriptor): string {
  return `the object ${id}${name === '' ? '' : ` (${name})`}, ${size} bytes at ${offset},`;
}
