import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findSpack } from './find-spack.ts';
import { defaultPackages, defaultSpack, type SpackSettings } from './settings.ts';
import { packagesFiles, spackFiles, writeFiles } from './source.fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-find-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

type Wishes = Partial<Pick<SpackSettings, 'source' | 'version' | 'packages'>>;
const find = (wishes: Wishes = {}) =>
  findSpack({ ...defaultSpack, packages: defaultPackages, ...wishes }, { cacheDirectory: folder });

test('what would be fetched is told with the folder that it would get, and nothing is made', async () => {
  expect(await find()).toEqual({
    source: defaultSpack.source,
    wanted: 'v1.1.1',
    path: join(folder, 'spack', 'spack-v1.1.1'),
    isThere: false,
    packages: {
      source: defaultPackages.source,
      wanted: 'v2025.11.0',
      path: join(folder, 'spack', 'packages-v2025.11.0'),
      isThere: false,
    },
  });
  expect(await readdir(folder)).toEqual([]);
});

test('what is in the cache is there, with its version', async () => {
  await writeFiles(join(folder, 'spack/spack-v1.1.1'), spackFiles('1.1.1'));
  await writeFiles(join(folder, 'spack/packages-v2025.11.0'), packagesFiles);
  expect(await find()).toMatchObject({ isThere: true, version: '1.1.1', packages: { isThere: true } });
});

test('Spack 0.23 needs no recipes besides', async () => {
  const source = await writeFiles(join(folder, 'own'), spackFiles('0.23.1'));
  const found = await find({ source });
  expect(found).toMatchObject({ path: source, isThere: true, version: '0.23.1' });
  expect(found).not.toHaveProperty('packages');
});

test('a version that CIC does not know is a fault', async () => {
  const source = await writeFiles(join(folder, 'own'), spackFiles('0.19.2'));
  expect((await find({ source })).fault).toContain('Spack 0.19.2');
});

test('a folder that is something else is a fault', async () => {
  expect(await find({ source: folder })).toMatchObject({ isThere: false, fault: 'it has no bin/spack' });
});

test('a tarball is named; it is unpacked when it is needed', async () => {
  const source = join(folder, 'spack.tar.gz');
  await writeFile(source, '');
  expect(await find({ source })).toMatchObject({ path: source, isThere: false });
});

test('credentials in an address are shown to nobody', async () => {
  const found = await find({ source: 'https://user:secret@git.example.org/spack.git' });
  expect(JSON.stringify(found)).not.toContain('secret');
});
