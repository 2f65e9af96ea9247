import { descriptorBytes } from './layout.ts';

/**
 * One entry of the descriptor table.
 *
 * ```
 *   0  type              int32
 *   4  used              1 byte
 *   5  id                uint32, from 1
 *   9  group             uint32, 0xf0000000 | group
 *  13  link              uint32, id or group that it belongs to, or 0
 *  17  offset            int64
 *  25  size              int64
 *  33  size with padding int64
 *  41  created           int64, Unix seconds
 *  49  modified          int64
 *  57  uid, gid          int64 + int64
 *  73  name              128 bytes
 * 201  extra             384 bytes; partition: file system int32, kind int32, architecture 3 bytes
 * ```
 */
export type SifDescriptor = {
  readonly type: number;
  readonly id: number;
  readonly offset: number;
  readonly size: number;
  readonly sizeWithPadding: number;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly name: string;
  readonly link?: number;
  readonly partition?: PartitionExtra;
};

export type PartitionExtra = {
  readonly fileSystem: number;
  readonly kind: number;
  /** SIF's architecture code. */
  readonly architecture: string;
};

const group = 0xf0000001;

/** The fields beyond `partition` that mark an object as having one. */
const partitionType = 0x4004;

export function encodeDescriptor(descriptor: SifDescriptor): Buffer {
  const bytes = Buffer.alloc(descriptorBytes);
  bytes.writeInt32LE(descriptor.type, 0);
  bytes.writeUInt8(1, 4);
  bytes.writeUInt32LE(descriptor.id, 5);
  bytes.writeUInt32LE(group, 9);
  bytes.writeUInt32LE(descriptor.link ?? 0, 13);
  const numbers = [
    descriptor.offset,
    descriptor.size,
    descriptor.sizeWithPadding,
    descriptor.createdAt,
    descriptor.createdAt,
  ];
  for (const [index, value] of numbers.entries()) bytes.writeBigInt64LE(BigInt(value), 17 + index * 8);
  bytes.write(descriptor.name, 73, 127, 'utf8');
  if (descriptor.partition !== undefined) {
    bytes.writeInt32LE(descriptor.partition.fileSystem, 201);
    bytes.writeInt32LE(descriptor.partition.kind, 205);
    bytes.write(descriptor.partition.architecture, 209, 2, 'latin1');
  }
  return bytes;
}

/** Answers undefined for an entry that is not in use. */
export function decodeDescriptor(bytes: Buffer): SifDescriptor | undefined {
  if (bytes.readUInt8(4) !== 1) return undefined;
  const type = bytes.readInt32LE(0);
  const numberAt = (offset: number) => Number(bytes.readBigInt64LE(offset));
  const link = bytes.readUInt32LE(13);
  return {
    type,
    id: bytes.readUInt32LE(5),
    offset: numberAt(17),
    size: numberAt(25),
    sizeWithPadding: numberAt(33),
    createdAt: numberAt(41),
    name: textUntilZero(bytes.subarray(73, 201)),
    ...(link !== 0 && { link }),
    ...(type === partitionType && {
      partition: {
        fileSystem: bytes.readInt32LE(201),
        kind: bytes.readInt32LE(205),
        architecture: bytes.toString('latin1', 209, 211),
      },
    }),
  };
}

function textUntilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}
