import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  encodeTar,
  type ImageFixture,
  type Member,
  makeFile,
  makeLayout,
  makeNode,
  writeFiles,
} from '../image.fixture.ts';
import { openLayoutBlobs } from '../source/blob-store.ts';
import { openLayoutImage } from '../source/layout.ts';
import { readImageFiles } from './image-files.ts';

let folder: string;

afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(
  layers: readonly (readonly Member[])[],
  options: { compression?: ImageFixture['compression']; signal?: AbortSignal } = {},
): Promise<Record<string, string>> {
  folder = await mkdtemp(join(tmpdir(), 'cic-files-'));
  const { compression = 'none', signal } = options;
  const files = makeLayout({ layers: layers.map(encodeTar), compression });
  await writeFiles(folder, files);
  const index = files.get('index.json')?.toString() ?? '';
  const source = await openLayoutImage(openLayoutBlobs(folder), index, {});
  try {
    const found = await readImageFiles(source, { isWanted: (path) => /(^|\/)wanted/.test(path), signal });
    return Object.fromEntries([...found].map(([path, content]) => [path, content.toString()]));
  } finally {
    await source.close();
  }
}

test.each(['none', 'gzip', 'zstd'] as const)('reads the wanted files only (%s)', async (compression) => {
  const layer = [
    makeFile('a/other', 'x'.repeat(5000)),
    makeFile('./a/wanted', 'one'),
    makeFile('wanted2', ''),
  ];
  expect(await read([layer], { compression })).toEqual({ 'a/wanted': 'one', wanted2: '' });
});

test('the highest layer wins', async () => {
  expect(await read([[makeFile('wanted', 'old')], [makeFile('/wanted', 'new')]])).toEqual({ wanted: 'new' });
});

test.each(['a/.wh.wanted', '.wh.a', 'a/.wh..wh..opq'])(
  'a file that %s takes away is not there',
  async (name) => {
    expect(await read([[makeFile('a/wanted', 'x')], [makeFile(name)]])).toEqual({});
  },
);

test('a file whose folder became a file is not there', async () => {
  expect(await read([[makeFile('a/wanted', 'x')], [makeFile('a', 'y')]])).toEqual({});
});

test('a file is found where links in the layers below put it', async () => {
  const below = [makeNode('usr/lib', 'directory'), makeNode('lib', 'symlink', { linkName: 'usr/lib' })];
  expect(await read([below, [makeFile('lib/wanted', 'x')]])).toEqual({ 'usr/lib/wanted': 'x' });
});

test('both names of a hard link are found, symbolic links are not followed', async () => {
  const layer = [
    makeFile('a/wanted', 'x'),
    makeNode('b/wanted', 'hardlink', { linkName: 'a/wanted' }),
    makeNode('c/wanted', 'symlink', { linkName: '../a/wanted' }),
  ];
  expect(await read([layer])).toEqual({ 'a/wanted': 'x', 'b/wanted': 'x' });
});

test('reading can be cancelled', async () => {
  const reading = read([[makeFile('wanted', 'x')]], { signal: AbortSignal.abort() });
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
});
