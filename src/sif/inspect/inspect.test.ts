import { mkdtemp, open, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { descriptorBytes, descriptorTableOffset } from '../format/layout.ts';
import { inspectSif } from './inspect-sif.ts';
import { writeFakeSif } from './sif.fixture.ts';
import { verifySif } from './verify-sif.ts';

let folder: string;
let path: string;
let partition: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-inspect-'));
  path = join(folder, 'x.sif');
  partition = await writeFakeSif(path);
});
afterEach(() => rm(folder, { recursive: true }));

test('a SIF says what it holds', async () => {
  expect(await inspectSif(path)).toMatchObject({
    architecture: 'arm64',
    createdAt: '2023-11-14T22:13:20.000Z',
    uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    labels: { a: 'b' },
    runscript: '#!/bin/sh\n',
    environment: { '/e.sh': 'export A=1\n' },
    definition: 'bootstrap: oci\n',
    image: { user: '1000', workingDirectory: '/w', command: ['x'] },
    partition: {
      fileSystem: 'squashfs',
      architecture: 'arm64',
      offset: partition,
      size: 8192,
      squashfs: { compression: 'zstd', blockSizeBytes: 131072, inodes: 7, bytesUsed: 8000 },
    },
  });
  expect((await inspectSif(path)).objects.map(({ name, type }) => `${type} ${name}`)).toEqual([
    'definitionFile Definition.file',
    'json inspect-metadata.json',
    'json oci-config.json',
    'partition squashfs',
    'json cic-checksums.json',
  ]);
});

test('a sound SIF is verified with its checksum', async () => {
  expect(await verifySif(path)).toEqual({ path, problems: [], checksum: 'matches' });
});

test('one without a checksum is sound in structure', async () => {
  await overwrite(descriptorTableOffset + 4 * descriptorBytes + 4, Buffer.from([0]));
  await overwrite(80, Buffer.from([48 - 4]));
  expect(await verifySif(path)).toEqual({ path, problems: [], checksum: 'absent' });
});

describe('damage is found:', () => {
  const descriptor = (index: number, field: number) =>
    descriptorTableOffset + index * descriptorBytes + field;
  const int64 = (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  };

  test.each([
    { what: 'a changed file', at: () => partition + 5000, bytes: Buffer.from([1]), told: 'its SHA-256 is' },
    { what: 'a lost superblock', at: () => partition, bytes: Buffer.alloc(4), told: 'no squashfs' },
    {
      what: 'a file system that is too large',
      at: () => partition + 40,
      bytes: int64(9000n),
      told: '9000 bytes',
    },
    { what: 'a table outside', at: () => partition + 64, bytes: int64(8100n), told: 'table' },
    {
      what: 'an object outside',
      at: () => descriptor(1, 17),
      bytes: int64(2n ** 40n),
      told: 'not all in the file',
    },
    {
      what: 'a negative offset',
      at: () => descriptor(1, 17),
      bytes: int64(-1n),
      told: 'not all in the file',
    },
    { what: 'objects over each other', at: () => descriptor(1, 17), bytes: int64(32180n), told: 'lies over' },
    { what: 'an id used twice', at: () => descriptor(1, 5), bytes: Buffer.from([1]), told: 'twice' },
    { what: 'another architecture', at: () => 45, bytes: Buffer.from('02'), told: 'architecture 02' },
    { what: 'a wrong count', at: () => 80, bytes: int64(40n), told: 'counts 8 data objects' },
    { what: 'too many descriptors', at: () => 88, bytes: int64(2n ** 40n), told: 'descriptors' },
    { what: 'a table beyond the end', at: () => 96, bytes: int64(2n ** 50n), told: 'descriptor table' },
    { what: 'no magic number', at: () => 32, bytes: Buffer.from('X'), told: 'no SIF' },
    { what: 'no partition', at: () => descriptor(3, 205), bytes: Buffer.from([3]), told: 'no partition' },
  ])('$what', async ({ at, bytes, told }) => {
    await overwrite(at(), bytes);
    const { problems } = await verifySif(path);
    expect(problems.join('\n')).toContain(told);
  });

  test('a file that ends early, wherever', async () => {
    const { size } = await stat(path);
    for (const length of [size - 1, size - 4000, partition + 50, partition, 33000, 32000, 5000, 100, 0]) {
      await writeFakeSif(path);
      await truncate(path, length);
      const { problems } = await verifySif(path);
      expect(problems).not.toEqual([]);
    }
  });

  test('a file that ends in the header cannot be inspected', async () => {
    await truncate(path, 100);
    await expect(inspectSif(path)).rejects.toMatchObject({ code: 'SIF_INVALID' });
  });
});

test('metadata in another form is left out', async () => {
  await overwrite(32176 + 'bootstrap: oci\n'.length, Buffer.from('x'));
  expect(await inspectSif(path)).toMatchObject({ labels: {}, environment: {} });
});

test('a bare squashfs is told from a SIF', async () => {
  await writeFile(path, `hsqs${' '.repeat(200)}`);
  await expect(inspectSif(path)).rejects.toMatchObject({ message: expect.stringContaining('bare squashfs') });
});

test('a file that is not there is named', async () => {
  await expect(inspectSif('/nonexistent.sif')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  await expect(verifySif(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

async function overwrite(offset: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, offset);
  await file.close();
}
