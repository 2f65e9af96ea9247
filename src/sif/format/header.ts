import { AppError } from '../../errors/app-error.ts';
import {
  dataOffset,
  descriptorBytes,
  descriptorCount,
  descriptorTableOffset,
  headerBytes,
} from './layout.ts';

/**
 * The global header.
 *
 * ```
 *   0  launch script          32
 *  32  magic                  10   "SIF_MAGIC\0"
 *  42  version                 3   "01\0"
 *  45  architecture            3   of the primary partition, "02\0"
 *  48  UUID                   16
 *  64  created, modified       8 + 8   Unix seconds
 *  80  descriptors free, total 8 + 8
 *  96  table offset, size      8 + 8
 * 112  data offset, size       8 + 8
 * ```
 */
export type SifHeader = {
  /** SIF's architecture code, `02` for amd64. */
  readonly architecture: string;
  /** 16 bytes. */
  readonly uuid: Uint8Array;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly descriptorsFree: number;
  readonly descriptorsTotal: number;
  readonly tableOffset: number;
  readonly tableSize: number;
  readonly dataOffset: number;
  readonly dataSize: number;
};

const launchScript = '#!/usr/bin/env run-singularity\n';
const magic = 'SIF_MAGIC\0';
const version = '01\0';

export type NewHeader = Pick<SifHeader, 'architecture' | 'uuid' | 'createdAt' | 'dataSize'> & {
  readonly descriptorsUsed: number;
};

export function encodeHeader(header: NewHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(launchScript, 0, 'latin1');
  bytes.write(magic, 32, 'latin1');
  bytes.write(version, 42, 'latin1');
  bytes.write(header.architecture, 45, 2, 'latin1');
  bytes.set(header.uuid, 48);
  const numbers = [
    header.createdAt,
    header.createdAt,
    descriptorCount - header.descriptorsUsed,
    descriptorCount,
    descriptorTableOffset,
    descriptorCount * descriptorBytes,
    dataOffset,
    header.dataSize,
  ];
  for (const [index, value] of numbers.entries()) bytes.writeBigInt64LE(BigInt(value), 64 + index * 8);
  return bytes;
}

/** @throws SIF_INVALID - too short, no SIF, or of another version */
export function decodeHeader(bytes: Buffer): SifHeader {
  if (bytes.length < headerBytes) {
    throw new AppError('SIF_INVALID', `the file has ${bytes.length} bytes: too short for a SIF header`);
  }
  if (bytes.toString('latin1', 32, 42) !== magic) {
    throw new AppError('SIF_INVALID', 'the file is no SIF: its magic number is missing');
  }
  const found = bytes.toString('latin1', 42, 44);
  if (found !== '01') throw new AppError('SIF_INVALID', `SIF version ${found} is not supported: only 01 is`);
  const numberAt = (offset: number) => Number(bytes.readBigInt64LE(offset));
  return {
    architecture: bytes.toString('latin1', 45, 47),
    uuid: bytes.subarray(48, 64),
    createdAt: numberAt(64),
    modifiedAt: numberAt(72),
    descriptorsFree: numberAt(80),
    descriptorsTotal: numberAt(88),
    tableOffset: numberAt(96),
    tableSize: numberAt(104),
    dataOffset: numberAt(112),
    dataSize: numberAt(120),
  };
}
