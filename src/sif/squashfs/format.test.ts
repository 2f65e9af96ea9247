import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSuperblock } from '../format/squashfs.ts';
import { measureZlibStream, measureZstdFrame } from './compressed-size.ts';
import { createCompressor } from './compressor.ts';
import { type DirectoryEntry, encodeDirectory } from './directory.ts';
import type { FileData } from './file-data.ts';
import { encodeInode, type Inode, type InodeContent } from './inode.ts';
import { createMetadataTable } from './metadata-table.ts';
import { createOwnerIds } from './owner-ids.ts';
import { encodePointerTable } from './pointer-table.ts';
import { encodeCompressorOptions, encodeSuperblock } from './superblock.ts';
import { makeNoise } from './write-squashfs.fixture.ts';
import { createXattrSets } from './xattrs.ts';

const stored = async () => undefined;
const hex = (...fields: readonly string[]) => fields.join('');

test('a superblock comes back as it was', () => {
  const bytes = encodeSuperblock({
    inodes: 7,
    createdAt: 9,
    blockSizeBytes: 131_072,
    fragments: 3,
    compression: 'gzip',
    hasCompressorOptions: true,
    ids: 2,
    root: 0x1234_0056,
    bytesUsed: 5000,
    tables: { ids: 600, inodes: 100, directories: 200, fragments: 300, exports: 400 },
  });
  expect(decodeSuperblock(bytes)).toMatchObject({
    inodes: 7,
    createdAt: 9,
    blockSizeBytes: 131_072,
    compression: 'gzip',
    rootBlock: 0x1234,
    rootOffset: 0x56,
    bytesUsed: 5000,
    idTable: 600,
    inodeTable: 100,
    tables: [600, 100, 200, 300, 400],
  });
});

test.each([
  ['zstd', 15, ''],
  ['zstd', 5, '0480' + '05000000'],
  ['gzip', 9, ''],
  ['gzip', 6, '0880' + '06000000' + '0f00' + '0000'],
] as const)('%s of level %d has the options "%s"', (compression, level, expected) => {
  expect(encodeCompressorOptions(compression, level).toString('hex')).toBe(expected);
});

describe('an inode has these bytes:', () => {
  const basic = { mode: 0o4755, uid: 1, gid: 2, mtime: 0x11223344, number: 5, links: 1 };
  const start = 'ed09' + '0100' + '0200' + '44332211' + '05000000';
  const listing = { block: 0x10, place: 0x20, sizeBytes: 0x30, index: [] };
  const data = (fields: Partial<FileData> = {}): FileData => ({
    start: 0x60,
    blocks: Uint32Array.of(0x1000, 0),
    sparseBytes: 0,
    ...fields,
  });
  const fragment = { index: 3, place: 4 };

  test.each<[string, Partial<Inode> & InodeContent, string]>([
    [
      'directory',
      { kind: 'directory', listing, parent: 9, links: 2 },
      hex(`0100${start}`, '10000000', '02000000', '3300', '2000', '09000000'),
    ],
    [
      'directory with an index',
      {
        kind: 'directory',
        parent: 9,
        listing: { ...listing, sizeBytes: 0x20000, index: [{ position: 0x1fe0, block: 0x77, name: 'ab' }] },
      },
      hex(
        `0800${start}`,
        '01000000',
        '03000200',
        '10000000',
        '09000000',
        '0100',
        '2000',
        'ffffffff',
        'e01f0000',
        '77000000',
        '01000000',
        '6162',
      ),
    ],
    [
      'file',
      { kind: 'file', sizeBytes: 0x1500, data: data({ fragment }) },
      hex(`0200${start}`, '60000000', '03000000', '04000000', '00150000', '00100000', '00000000'),
    ],
    [
      'file with another name, behind 4 GiB',
      {
        kind: 'file',
        sizeBytes: 0x1500,
        data: data({ start: 2 ** 32 + 1, sparseBytes: 5 }),
        links: 2,
        xattrs: 6,
      },
      hex(
        `0900${start}`,
        '0100000001000000',
        '0015000000000000',
        '0500000000000000',
        '02000000',
        'ffffffff',
        '00000000',
        '06000000',
        '00100000',
        '00000000',
      ),
    ],
    [
      'link',
      { kind: 'symlink', target: Buffer.from('a/b') },
      hex(`0300${start}`, '01000000', '03000000', '612f62'),
    ],
    [
      'link with attributes',
      { kind: 'symlink', target: Buffer.from('a/b'), xattrs: 7 },
      hex(`0a00${start}`, '01000000', '03000000', '612f62', '07000000'),
    ],
    ['block device', { kind: 'block', major: 259, minor: 300 }, hex(`0400${start}`, '01000000', '2c031100')],
    [
      'character device with attributes',
      { kind: 'character', major: 1, minor: 3, xattrs: 0 },
      hex(`0c00${start}`, '01000000', '03010000', '00000000'),
    ],
    ['fifo', { kind: 'fifo' }, hex(`0600${start}`, '01000000')],
    ['socket with attributes', { kind: 'socket', xattrs: 1 }, hex(`0e00${start}`, '01000000', '01000000')],
  ])('%s', (_what, content, expected) => {
    expect(encodeInode({ ...basic, ...content } as Inode).toString('hex')).toBe(expected);
  });

  test('a file of holes only counts one byte', () => {
    const holes = data({ start: 0, sparseBytes: 8192 });
    const bytes = encodeInode({ ...basic, kind: 'file', sizeBytes: 8192, data: holes });
    expect(bytes.readBigUInt64LE(32)).toBe(8191n);
  });

  test.each([2 ** 32 - 1, 2 ** 32])('a file of %d bytes has its size', (sizeBytes) => {
    const bytes = encodeInode({ ...basic, kind: 'file', sizeBytes, data: data() });
    expect(bytes.readUInt16LE()).toBe(sizeBytes === 2 ** 32 ? 9 : 2);
    expect(sizeBytes === 2 ** 32 ? Number(bytes.readBigUInt64LE(24)) : bytes.readUInt32LE(28)).toBe(
      sizeBytes,
    );
  });
});

describe('the list of a directory', () => {
  const entry = (name: string, fields: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
    name,
    type: 2,
    inode: 10,
    block: 0,
    place: 0,
    ...fields,
  });

  test('has these bytes', () => {
    const { bytes, marks } = encodeDirectory(
      [entry('a', { inode: 10, place: 32 }), entry('bc', { inode: 9, type: 1 }), entry('d', { block: 0x50 })],
      0,
    );
    expect(bytes.toString('hex')).toBe(
      '01000000' +
        '00000000' +
        '0a000000' +
        ('2000' + '0000' + '0200' + '0000' + '61') +
        ('0000' + 'ffff' + '0100' + '0100' + '6263') +
        ('00000000' + '50000000' + '0a000000' + ('0000' + '0000' + '0200' + '0000' + '64')),
    );
    expect(marks).toEqual([]);
  });

  test.each([
    {
      what: '256 entries',
      entries: Array.from({ length: 257 }, (_, index) => entry(String(index).padStart(3, '0'))),
    },
    {
      what: 'a difference of 32767',
      entries: [entry('a', { inode: 1 }), entry('b', { inode: 32_768 }), entry('c', { inode: 32_769 })],
    },
  ])('has headers for at most $what', ({ entries }) => {
    const { bytes } = encodeDirectory(entries, 0);
    const names = entries.reduce((sum, { name }) => sum + 8 + name.length, 0);
    expect(bytes.length).toBe(2 * 12 + names);
  });

  test('is marked where a header is the first in a metadata block', () => {
    const entries = Array.from({ length: 400 }, (_, index) => entry(`${index}`.padStart(100, '0')));
    const { marks } = encodeDirectory(entries, 8000);
    expect(marks.map(({ position }) => Math.floor((8000 + position) / 8192))).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { position, name } of marks) {
      const index = entries.findIndex((each) => each.name === name);
      expect(position).toBeGreaterThan(index * 108);
      expect((8000 + position) % 8192).toBeLessThan(108 + 12);
    }
  });
});

describe('a metadata table', () => {
  test('knows where its blocks start, compressed or not', async () => {
    const table = createMetadataTable(async (block) => (block[0] === 1 ? 100 : undefined));
    await table.append(Buffer.alloc(8192, 1));
    await table.append(Buffer.alloc(8192 + 10, 2));
    expect(table.position()).toBe(2 * 8192 + 10);
    expect(table.blockStart(8192)).toBe(102);
    const { bytes, blockStarts } = await table.finish();
    expect(blockStarts).toEqual([0, 102, 102 + 8194]);
    expect(bytes.readUInt16LE(0)).toBe(100);
    expect(bytes.readUInt16LE(102)).toBe(8192 | 0x8000);
    expect(bytes.readUInt16LE(102 + 8194)).toBe(10 | 0x8000);
    expect(bytes.length).toBe(102 + 8194 + 12);
  });

  test('places nothing in a block whose forerunners are not complete', () => {
    expect(() => createMetadataTable(stored).blockStart(8192)).toThrow(/not placed yet/);
  });

  test('that is found by pointers has them behind its blocks', async () => {
    const { bytes, start } = await encodePointerTable(Buffer.alloc(8200, 1), {
      place: 1000,
      compress: stored,
    });
    expect(start).toBe(1000 + 8194 + 10);
    expect(bytes.subarray(8204).toString('hex')).toBe('e803000000000000' + 'ea23000000000000');
  });

  test('without entries has no pointers', async () => {
    const table = await encodePointerTable(Buffer.alloc(0), { place: 7, compress: stored });
    expect(table).toEqual({ bytes: Buffer.alloc(0), start: 7 });
  });
});

test('owners are counted once', () => {
  const owners = createOwnerIds();
  expect([0, 2 ** 32 - 1, 0].map((id) => owners.indexOf(id))).toEqual([0, 1, 0]);
  expect(owners.encode().toString('hex')).toBe('00000000' + 'ffffffff');
});

describe('sets of extended attributes', () => {
  test('are shared, in whatever order their names come', () => {
    const sets = createXattrSets();
    const set = (...entries: [string, string][]) => sets.indexOf(new Map(entries));
    expect(set()).toBeUndefined();
    expect(set(['system.posix_acl_access', 'x'])).toBeUndefined();
    expect(set(['user.a', '1'], ['user.b', '2'])).toBe(0);
    expect(set(['user.a', '1'])).toBe(1);
    expect(set(['user.b', '2'], ['user.a', '1'])).toBe(0);
    expect(set(['user.a', '1'], ['user.b', '3'])).toBe(2);
  });

  test('have these bytes', async () => {
    const sets = createXattrSets();
    sets.indexOf(
      new Map([
        ['security.c', '\xff'],
        ['trusted.b', ''],
      ]),
    );
    const table = await sets.encode(1000, stored);
    expect(table?.bytes.toString('hex')).toBe(
      [
        '1380' + ('0200' + '0100' + '63' + '01000000' + 'ff') + ('0100' + '0100' + '62' + '00000000'),
        '1080' + '0000000000000000' + '02000000' + '16000000',
        'e803000000000000' + '01000000' + '00000000',
        'fd03000000000000',
      ].join(''),
    );
    expect(table?.start).toBe(1000 + 21 + 18);
  });
});

describe.each(['zstd', 'gzip'] as const)('a compressor for %s', (compression) => {
  const blocks = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 130_000 }))
      .map(([text, size]) => Buffer.alloc(size, text)),
    fc.tuple(fc.nat(), fc.integer({ min: 1, max: 130_000 })).map(([seed, size]) => makeNoise(size, seed)),
  );

  test('gives the same bytes, whatever it compressed before', async () => {
    const used = createCompressor({ compression, level: 6 });
    const compress = async (compressor: typeof used, block: Buffer) => {
      const copy = Buffer.from(block);
      return copy.toString('latin1', 0, await compressor.compress(copy));
    };
    await fc.assert(
      fc.asyncProperty(blocks, async (block) => {
        const fresh = createCompressor({ compression, level: 6 });
        expect(await compress(used, block)).toBe(await compress(fresh, block));
        fresh.close();
      }),
      { numRuns: 150 },
    );
    used.close();
  });

  test('leaves a block that does not get smaller as it was', async () => {
    const compressor = createCompressor({ compression, level: 1 });
    const noise = makeNoise(100_000);
    const block = Buffer.from(noise);
    expect(await compressor.compress(block)).toBeUndefined();
    expect(block.equals(noise)).toBe(true);
    compressor.close();
  });
});

describe('the size of a zstd frame', () => {
  const frame = zstdCompressSync(Buffer.concat([makeNoise(300_000), Buffer.alloc(300_000)]));

  test('ends before a second, empty one', () => {
    const empty = zstdCompressSync(Buffer.alloc(0));
    expect(measureZstdFrame(frame)).toBe(frame.length);
    expect(measureZstdFrame(Buffer.concat([frame, empty]))).toBe(frame.length);
  });

  test('is known for any content', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(3), (bytes, repeats) => {
        const output = zstdCompressSync(Buffer.concat(Array.from({ length: repeats }, () => bytes)));
        expect(measureZstdFrame(output)).toBe(output.length);
      }),
    );
  });

  test.each([0, 4, 9, 100, 200_000, frame.length - 1])('is none for its first %d bytes', (size) => {
    expect(() => measureZstdFrame(frame.subarray(0, size))).toThrow(/no complete block/);
  });

  test('is none for what is no frame', () => {
    expect(() => measureZstdFrame(Buffer.alloc(100))).toThrow(/no complete block/);
    expect(() => measureZlibStream(Buffer.alloc(100))).toThrow(/no complete block/);
  });
});
