import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestHex, digestOf } from '../../oci/digest.ts';
import {
  encodeTar,
  type ImageFixture,
  type Member,
  makeConfig,
  makeFile,
  makeIndex,
  makeLayout,
  makeLayoutFiles,
  makeNode,
  writeFiles,
} from '../image.fixture.ts';
import { createTarReader } from '../tar/reader.ts';
import type { ImageSource } from './image-source.ts';
import { openImageSource } from './open-source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const low = encodeTar([makeFile('a', 'low'), makeFile('b', 'kept')]);
const high = encodeTar([makeFile('a', 'high')]);
const image: ImageFixture = { layers: [low, high], config: { Env: ['A=1'] } };

const work = () => join(folder, 'work');
const arm64 = { os: 'linux', architecture: 'arm64' } as const;
const amd64 = { os: 'linux', architecture: 'amd64' } as const;

function open(name: string, platform?: typeof arm64 | typeof amd64): Promise<ImageSource> {
  return openImageSource(name, { workDirectory: work(), platform });
}

/** Names of the members of every layer, each layer read to its end. */
async function readAll(source: ImageSource): Promise<string[][]> {
  const layers: string[][] = [];
  try {
    for (const layer of source.layers) {
      const { bytes, finish } = await layer.openContent();
      const reader = createTarReader(bytes);
      const names: string[] = [];
      for (let entry = await reader.next(); entry !== undefined; entry = await reader.next())
        names.push(entry.name);
      await finish();
      layers.push(names);
    }
  } finally {
    await source.close();
  }
  return layers;
}

async function writeArchive(name: string, members: readonly Member[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, encodeTar(members));
  return path;
}

const toMembers = (files: ReadonlyMap<string, Buffer>) =>
  [...files].map(([name, content]) => makeFile(name, content));

describe('a layout', () => {
  test.each(['none', 'gzip', 'zstd'] as const)(
    'is read with layers compressed by %s',
    async (compression) => {
      await writeFiles(folder, makeLayout({ ...image, compression }));
      const source = await open(`oci:${folder}`);
      expect(source.config.config?.Env).toEqual(['A=1']);
      expect(await readAll(source)).toEqual([['a', 'b'], ['a']]);
    },
  );

  test('whose layer has other bytes than its digest says is refused with the digest', async () => {
    const files = makeLayout(image);
    const path = `blobs/sha256/${digestHex(digestOf(low))}`;
    files.set(path, encodeTar([makeFile('a', 'LOW'), makeFile('b', 'kept')]));
    await writeFiles(folder, files);
    await expect(readAll(await open(`oci:${folder}`))).rejects.toMatchObject({
      code: 'SIF_DIGEST_MISMATCH',
      message: expect.stringContaining(digestOf(low)),
    });
  });

  test.each(['gzip', 'zstd'] as const)('whose %s layer ends early is refused', async (compression) => {
    const large = { layers: [encodeTar([makeFile('a', randomBytes(100_000))])], compression };
    const files = makeLayout(large);
    const [name = '', content] = [...files].find(([, bytes]) => bytes.length > 50_000) ?? [];
    files.set(name, Buffer.from(content?.subarray(0, 60_000) ?? ''));
    await writeFiles(folder, files);
    await expect(readAll(await open(`oci:${folder}`))).rejects.toMatchObject({
      code: 'SIF_SOURCE_TRUNCATED',
    });
  });

  test('whose configuration was changed is refused', async () => {
    const files = makeLayout(image);
    const config = Buffer.from(JSON.stringify(makeConfig(image)));
    const changed = Buffer.from(config.toString().replace('A=1', 'A=2'));
    files.set(`blobs/sha256/${digestHex(digestOf(config))}`, changed);
    await writeFiles(folder, files);
    await expect(open(`oci:${folder}`)).rejects.toMatchObject({ code: 'SIF_DIGEST_MISMATCH' });
  });

  test.each([
    { text: 'no json', told: 'no JSON' },
    { text: '{}', told: 'manifests' },
    { text: '{"manifests":[{"digest":"sha256:../../x","size":1}]}', told: 'digest' },
    { text: '{"manifests":[]}', told: 'no image' },
  ])('with the index $text is refused', async ({ text, told }) => {
    await writeFile(join(folder, 'index.json'), text);
    await expect(open(`oci:${folder}`)).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
      message: expect.stringContaining(told),
    });
  });

  test('that lacks a blob is refused', async () => {
    const files = makeLayout(image);
    files.delete(`blobs/sha256/${digestHex(digestOf(high))}`);
    await writeFiles(folder, files);
    await expect(readAll(await open(`oci:${folder}`))).rejects.toMatchObject({ code: 'SIF_SOURCE_INVALID' });
  });

  test('of something else than an image is refused', async () => {
    const { manifest, files } = makeLayoutFiles(image);
    const path = `blobs/sha256/${digestHex(manifest.digest)}`;
    const other = Buffer.from(
      String(files.get(path)).replaceAll('image.layer.v1.tar', 'image.layer.v1.tar+encrypted'),
    );
    const digest = digestOf(other);
    files.set(`blobs/sha256/${digestHex(digest)}`, other);
    await writeFiles(folder, files.set('index.json', makeIndex([{ ...manifest, digest }])));
    await expect(open(`oci:${folder}`)).rejects.toMatchObject({
      message: expect.stringContaining('tar+encrypted'),
    });
  });

  test('that is not there is named', async () => {
    await expect(open('oci:/nonexistent')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('of several images', () => {
  const other: ImageFixture = { ...image, architecture: 'arm64', config: { Env: ['A=2'] } };

  test('the one for the platform is taken; the error lists what there is', async () => {
    const first = makeLayoutFiles(image);
    const second = makeLayoutFiles(other);
    const attestation = { ...first.manifest, platform: { os: 'unknown', architecture: 'unknown' } };
    const nested = makeIndex([first.manifest, second.manifest, attestation]);
    const descriptor = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: digestOf(nested),
      size: nested.length,
    };
    const files = new Map([...first.files, ...second.files]);
    files.set(`blobs/sha256/${digestHex(descriptor.digest)}`, nested);
    await writeFiles(folder, files.set('index.json', makeIndex([descriptor])));
    expect((await openAndClose(`oci:${folder}`, arm64)).config.config?.Env).toEqual(['A=2']);
    expect((await openAndClose(`oci:${folder}`, amd64)).config.config?.Env).toEqual(['A=1']);
    const ppc = openImageSource(`oci:${folder}`, {
      workDirectory: work(),
      platform: { os: 'linux', architecture: 'ppc64le' },
    });
    await expect(ppc).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
      message: 'there is no image for linux/ppc64le: only for linux/amd64, linux/arm64',
    });
  });

  test('the only one is taken for any machine, unless its platform was asked for', async () => {
    await writeFiles(folder, makeLayout(other));
    await openAndClose(`oci:${folder}`);
    await expect(open(`oci:${folder}`, amd64)).rejects.toMatchObject({
      message: expect.stringContaining('only for linux/arm64'),
    });
  });

  test('the named one is taken; the error lists the names', async () => {
    const first = makeLayoutFiles(image);
    const second = makeLayoutFiles({ ...image, config: { Env: ['A=2'] } });
    const name = (tag: string) => ({ annotations: { 'org.opencontainers.image.ref.name': tag } });
    const index = makeIndex([
      { ...first.manifest, ...name('one') },
      { ...second.manifest, ...name('two:latest') },
    ]);
    await writeFiles(folder, new Map([...first.files, ...second.files, ['index.json', index]]));
    expect((await openAndClose(`oci:${folder}:two:latest`)).config.config?.Env).toEqual(['A=2']);
    for (const wanted of ['', ':three'])
      await expect(open(`oci:${folder}${wanted}`)).rejects.toMatchObject({
        code: 'SIF_SOURCE_INVALID',
        hint: 'name one of one, two:latest',
      });
  });
});

describe('an OCI archive', () => {
  test('is read without entries for its folders', async () => {
    const path = await writeArchive('image.tar', toMembers(makeLayout({ ...image, compression: 'gzip' })));
    expect(await readAll(await open(`oci-archive:${path}`))).toEqual([['a', 'b'], ['a']]);
    expect(await readdir(folder)).toEqual(['image.tar']);
  });

  test('is read with folders and dots in its names', async () => {
    const members = [
      makeNode('./blobs/', 'directory'),
      ...[...makeLayout(image)].map(([name, content]) => makeFile(`./${name}`, content)),
    ];
    const path = await writeArchive('image.tar', members);
    expect(await readAll(await open(`oci-archive:${path}`))).toEqual([['a', 'b'], ['a']]);
  });

  test.each([
    { name: 'gzip', compress: gzipSync },
    { name: 'zstd', compress: zstdCompressSync },
  ])('compressed with $name is read from a copy that does not stay', async ({ compress }) => {
    const path = join(folder, 'image.tar.x');
    await writeFile(path, compress(encodeTar(toMembers(makeLayout(image)))));
    const source = await open(`oci-archive:${path}`);
    expect(await readdir(work())).toHaveLength(1);
    expect(await readAll(source)).toEqual([['a', 'b'], ['a']]);
    expect(await readdir(work())).toEqual([]);
  });

  test('that ends early is refused, and nothing stays', async () => {
    const bytes = encodeTar(toMembers(makeLayout({ layers: [randomBytes(200_000)] })));
    await writeFile(join(folder, 'short.tar'), bytes.subarray(0, 100_000));
    await writeFile(join(folder, 'short.tar.gz'), gzipSync(bytes).subarray(0, 100_000));
    for (const name of ['short.tar', 'short.tar.gz'])
      await expect(open(`oci-archive:${join(folder, name)}`)).rejects.toMatchObject({
        code: 'SIF_SOURCE_TRUNCATED',
        message: expect.stringContaining(name),
      });
    expect(await readdir(work())).toEqual([]);
  });

  test.each([
    { what: 'missing', name: 'missing.tar', code: 'FILE_UNREADABLE' },
    { what: 'no tar archive', name: 'text', code: 'SIF_SOURCE_INVALID' },
    { what: 'a folder', name: '.', code: 'FILE_UNREADABLE' },
  ])('that is $what is refused', async ({ name, code }) => {
    await writeFile(join(folder, 'text'), 'x'.repeat(2000));
    await expect(open(`oci-archive:${join(folder, name)}`)).rejects.toMatchObject({ code });
  });
});

describe('a Docker archive', () => {
  const configText = Buffer.from(JSON.stringify(makeConfig(image)));
  const configName = `${digestHex(digestOf(configText))}.json`;
  const manifest = (fields: object = {}) =>
    makeFile(
      'manifest.json',
      JSON.stringify([
        { Config: configName, RepoTags: ['cic/x:1'], Layers: ['l/layer.tar', 'h/layer.tar'], ...fields },
      ]),
    );
  const layers = [makeFile('l/layer.tar', low), makeFile('h/layer.tar', high)];

  test('is read, by any form of its name', async () => {
    const path = await writeArchive('image.tar', [...layers, makeFile(configName, configText), manifest()]);
    for (const name of ['', ':cic/x:1', ':docker.io/cic/x:1'])
      expect(await readAll(await open(`docker-archive:${path}${name}`))).toEqual([['a', 'b'], ['a']]);
    await expect(open(`docker-archive:${path}:cic/x`)).rejects.toMatchObject({ hint: 'name one of cic/x:1' });
  });

  test('is read with links in place of layers', async () => {
    const path = await writeArchive('image.tar', [
      makeFile('low.tar', low),
      makeNode('l/layer.tar', 'symlink', { linkName: '../low.tar' }),
      makeFile('high.tar', high),
      makeNode('h/layer.tar', 'hardlink', { linkName: 'high.tar' }),
      makeFile(configName, configText),
      manifest(),
    ]);
    expect(await readAll(await open(`docker-archive:${path}`))).toEqual([['a', 'b'], ['a']]);
  });

  test('is read with compressed layers, which are compared by their content', async () => {
    const compressed = [makeFile('l/layer.tar', gzipSync(low)), makeFile('h/layer.tar', high)];
    const path = await writeArchive('image.tar', [
      ...compressed,
      makeFile(configName, configText),
      manifest(),
    ]);
    expect(await readAll(await open(`docker-archive:${path}`))).toEqual([['a', 'b'], ['a']]);
  });

  test('with a changed layer or configuration is refused', async () => {
    const config = makeFile(configName, configText);
    const swapped = await writeArchive('swapped.tar', [
      config,
      manifest({ Layers: ['h/layer.tar', 'l/layer.tar'] }),
      ...layers,
    ]);
    await expect(readAll(await open(`docker-archive:${swapped}`))).rejects.toMatchObject({
      code: 'SIF_DIGEST_MISMATCH',
      message: expect.stringContaining(digestOf(low)),
    });
    const changed = makeFile(configName, configText.toString().replace('A=1', 'A=2'));
    const path = await writeArchive('changed.tar', [changed, manifest(), ...layers]);
    await expect(open(`docker-archive:${path}`)).rejects.toMatchObject({ code: 'SIF_DIGEST_MISMATCH' });
  });

  test('with links that go in circles, or layers that are not there, is refused', async () => {
    const path = await writeArchive('image.tar', [
      makeNode('l/layer.tar', 'symlink', { linkName: 'layer.tar' }),
      makeFile(configName, configText),
      manifest(),
    ]);
    await expect(readAll(await open(`docker-archive:${path}`))).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
    });
  });
});

test.each(['', 'debian', 'oci:', 'docker:debian', 'tar:x', 'docker-daemon:', 'docker-daemon:--help'])(
  'the name %j is refused with the forms that there are',
  async (name) => {
    await expect(open(name)).rejects.toMatchObject({
      code: 'SIF_SOURCE_INVALID',
      hint: expect.stringContaining('docker-archive:FILE'),
    });
  },
);

async function openAndClose(name: string, platform?: typeof arm64 | typeof amd64): Promise<ImageSource> {
  const source = await open(name, platform);
  await source.close();
  return source;
}

/** Bytes that do not compress, the same in every run. */
function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0, state = 1; index < size; index++) {
    state = (state * 48271) % 2147483647;
    bytes[index] = state;
  }
  return bytes;
}
