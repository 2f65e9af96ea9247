import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import type { ExternalLayers } from '../../oci/external-layers.ts';
import { encodeTar, type Member, makeFile, makeLayout, makeNode, writeFiles } from '../image.fixture.ts';
import { readImageFiles } from '../inspect/image-files.ts';
import { createTarReader } from '../tar/reader.ts';
import { encodeTarHeader, endOfArchive, paddingAfter } from '../tar/writer.ts';
import { openLayoutBlobs } from './blob-store.ts';
import type { ImageSource, LayerSource, OpenLayer } from './image-source.ts';
import { openLayoutImage } from './layout.ts';

let folder: string;
let image: ImageSource | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-external-'));
});
afterEach(async () => {
  await image?.close();
  await rm(folder, { recursive: true, force: true });
});

const large = Buffer.alloc(3_500_000, 'abcdefg');
const members = [
  makeNode('d', 'directory'),
  makeFile('d/small', 'small'),
  makeFile('d/large', large),
  makeFile('d/empty'),
  makeFile('d/caf\xe9', 'not UTF-8'),
  makeNode('d/link', 'hardlink', { linkName: 'd/small' }),
  makeFile('last', Buffer.alloc(130_000, 'x')),
];

/** Keeps a layer as containers-storage does: its files in a folder, all else in a tar-split file. */
async function storeLayer(layer: readonly Member[]): Promise<string> {
  const lines: object[] = [];
  const addBytes = (bytes: Buffer) => lines.push({ type: 2, payload: bytes.toString('base64') });
  for (const { entry, content } of layer) {
    addBytes(encodeTarHeader(entry));
    const name = Buffer.from(entry.name, 'latin1');
    const isText = Buffer.from(name.toString()).equals(name);
    const named = isText ? { name: entry.name } : { name_raw: name.toString('base64') };
    lines.push({ type: 1, ...named, ...(content.length > 0 && { size: content.length }), payload: null });
    addBytes(paddingAfter(content.length));
    const path = Buffer.concat([Buffer.from(`${folder}/diff/`), name]);
    if (entry.type !== 'file') continue;
    await mkdir(join(folder, 'diff', dirname(entry.name)), { recursive: true });
    await writeFile(path, content);
  }
  addBytes(endOfArchive);
  const tarSplit = join(folder, 'layer.tar-split.gz');
  await writeFile(tarSplit, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  return tarSplit;
}

/** The image, whose only layer is no blob of its layout. */
async function openStored(): Promise<ImageSource & { readonly layer: LayerSource }> {
  const tar = encodeTar(members);
  const digest = digestOf(tar);
  const files = makeLayout({ layers: [tar] });
  const layout = await writeFiles(join(folder, 'layout'), files);
  await rm(join(layout, 'blobs', 'sha256', digest.slice(7)));
  const externalLayers: ExternalLayers = new Map([
    [digest, { tarSplit: await storeLayer(members), folder: join(folder, 'diff') }],
  ]);
  const index = files.get('index.json')?.toString() ?? '';
  image = await openLayoutImage(openLayoutBlobs(layout), index, { externalLayers });
  const [layer] = image.layers;
  if (layer === undefined) throw new Error('the image has no layer');
  return { ...image, layer };
}

async function readContents({ bytes, finish }: OpenLayer): Promise<Map<string, Buffer>> {
  const reader = createTarReader(bytes);
  const contents = new Map<string, Buffer>();
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    const pieces: Buffer[] = [];
    for (
      let piece = await reader.readContent(2 ** 20);
      piece.length > 0;
      piece = await reader.readContent(2 ** 20)
    )
      pieces.push(Buffer.from(piece));
    contents.set(entry.name, Buffer.concat(pieces));
  }
  await finish();
  return contents;
}

const expected = new Map(members.map(({ entry, content }) => [entry.name, content]));

test('a layer that is kept as files is the archive that it was', async () => {
  const { layer } = await openStored();
  expect(await readContents(await layer.openContent())).toEqual(expected);
});

test('its index has the same members, and contents for those who want them', async () => {
  const { layer } = await openStored();
  expect(await readContents(await layer.openIndex())).toEqual(expected);
});

test('single files are found without the others', async () => {
  const stored = await openStored();
  await rm(join(folder, 'diff', 'd', 'large'));
  const found = await readImageFiles(stored, { isWanted: (path) => path === 'last' || path === 'd/small' });
  expect([...found.keys()]).toEqual(['d/small', 'last']);
  expect(found.get('last')?.length).toBe(130_000);
});

const spoilt: Record<string, [() => Promise<unknown>, string]> = {
  'has other content': [() => writeFile(join(folder, 'diff', 'd', 'small'), 'SMALL'), 'SIF_DIGEST_MISMATCH'],
  'is shorter': [() => writeFile(join(folder, 'diff', 'd', 'large'), 'short'), 'SIF_SOURCE_INVALID'],
  'is gone': [() => rm(join(folder, 'diff', 'last')), 'SIF_SOURCE_INVALID'],
  'became a link': [
    () => rm(join(folder, 'diff', 'last')).then(() => symlink('/etc/passwd', join(folder, 'diff', 'last'))),
    'SIF_SOURCE_INVALID',
  ],
};

test.each(Object.entries(spoilt))('a file that %s is noticed', async (_how, [spoil, code]) => {
  const { layer } = await openStored();
  await spoil();
  await expect(layer.openContent().then(readContents)).rejects.toMatchObject({ code });
});

test('a layer whose description is gone is an error that says so', async () => {
  const { layer } = await openStored();
  await rm(join(folder, 'layer.tar-split.gz'));
  await expect(layer.openIndex().then(readContents)).rejects.toMatchObject({
    code: 'SIF_SOURCE_INVALID',
    message: expect.stringContaining('layer.tar-split.gz'),
  });
});
