import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDescriptor, encodeDescriptor, type SifDescriptor } from './descriptor.ts';
import { decodeHeader, encodeHeader } from './header.ts';
import { alignPartition, dataTypes } from './layout.ts';
import { decodeSuperblock } from './squashfs.ts';

const uuid = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

test('a header has these bytes', () => {
  const bytes = encodeHeader({
    architecture: '02',
    uuid,
    createdAt: 0x11223344,
    dataSize: 4096,
    descriptorsUsed: 5,
  });
  const expected = [
    Buffer.from('#!/usr/bin/env run-singularity\n\0SIF_MAGIC\0'),
    Buffer.from('01\0'),
    Buffer.from('02\0'),
    uuid,
    Buffer.from('4433221100000000'.repeat(2), 'hex'),
    // 43 of 48 descriptors are free; the table has 28080 bytes at 4096, the data 4096 at 32176.
    Buffer.from('2b000000000000003000000000000000', 'hex'),
    Buffer.from('0010000000000000b06d000000000000', 'hex'),
    Buffer.from('b07d0000000000000010000000000000', 'hex'),
  ];
  expect(bytes.toString('hex')).toBe(Buffer.concat(expected).toString('hex'));
  expect(bytes).toHaveLength(128);
});

test('a descriptor of a partition has these bytes', () => {
  const bytes = encodeDescriptor({
    type: dataTypes.partition,
    id: 4,
    offset: 36864,
    size: 4096,
    sizeWithPadding: 4200,
    createdAt: 1,
    name: 'squashfs',
    partition: { fileSystem: 1, kind: 2, architecture: '04' },
  });
  const expected = Buffer.concat([
    Buffer.from('0440000001' + '04000000' + '010000f0' + '00000000', 'hex'),
    Buffer.from('0090000000000000' + '0010000000000000' + '6810000000000000', 'hex'),
    Buffer.from('0100000000000000'.repeat(2) + '0000000000000000'.repeat(2), 'hex'),
    Buffer.from('squashfs'.padEnd(128, '\0')),
    Buffer.from('0100000002000000303400', 'hex'),
    Buffer.alloc(373),
  ]);
  expect(bytes.toString('hex')).toBe(expected.toString('hex'));
  expect(bytes).toHaveLength(585);
});

test('headers come back as they were', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('01', '02', '04', '06', '12'),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.nat(),
      fc.nat(2 ** 30),
      fc.nat(48),
      (architecture, id, createdAt, dataSize, descriptorsUsed) => {
        const decoded = decodeHeader(
          encodeHeader({ architecture, uuid: id, createdAt, dataSize, descriptorsUsed }),
        );
        expect(decoded).toMatchObject({ architecture, createdAt, modifiedAt: createdAt, dataSize });
        expect(Buffer.from(decoded.uuid)).toEqual(Buffer.from(id));
        expect(decoded.descriptorsTotal - decoded.descriptorsFree).toBe(descriptorsUsed);
      },
    ),
  );
});

test('descriptors come back as they were', () => {
  const arbitrary: fc.Arbitrary<SifDescriptor> = fc.record({
    type: fc.constantFrom(...Object.values(dataTypes).filter((type) => type !== dataTypes.partition)),
    id: fc.nat(),
    offset: fc.maxSafeNat(),
    size: fc.maxSafeNat(),
    sizeWithPadding: fc.maxSafeNat(),
    createdAt: fc.nat(),
    name: fc.stringMatching(/^[a-z.-]{0,127}$/),
    link: fc.integer({ min: 1, max: 0xffffffff }),
  });
  fc.assert(
    fc.property(arbitrary, (descriptor) => {
      expect(decodeDescriptor(encodeDescriptor(descriptor))).toEqual(descriptor);
    }),
  );
});

test('an entry that is not in use is none', () => {
  expect(decodeDescriptor(Buffer.alloc(585))).toBeUndefined();
});

test.each([
  { what: 'too short', bytes: Buffer.alloc(127), told: '127 bytes' },
  { what: 'without the magic number', bytes: Buffer.alloc(128), told: 'magic number' },
  { what: 'of another version', bytes: headerOfVersion('02'), told: 'version 02' },
])('a header that is $what is refused', ({ bytes, told }) => {
  expect(() => decodeHeader(bytes)).toThrow(
    expect.objectContaining({ code: 'SIF_INVALID', message: expect.stringContaining(told) }),
  );
});

test('a superblock that is none is refused', () => {
  const other = Buffer.alloc(96);
  other.write('hsqs');
  other.writeUInt16LE(3, 28);
  expect(() => decodeSuperblock(Buffer.alloc(96))).toThrow(/magic number/);
  expect(() => decodeSuperblock(other)).toThrow(/version 3.0/);
});

test.each([
  [0, 0],
  [1, 4096],
  [4096, 4096],
  [32176, 32768],
])('a partition after %d bytes starts at %d', (offset, start) => {
  expect(alignPartition(offset)).toBe(start);
});

function headerOfVersion(version: string): Buffer {
  const bytes = encodeHeader({ architecture: '02', uuid, createdAt: 0, dataSize: 0, descriptorsUsed: 0 });
  bytes.write(version, 42);
  return bytes;
}
