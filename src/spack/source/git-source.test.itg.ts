import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { prepareSpack } from './prepare-spack.ts';
import { defaultPackages, defaultSpack } from './settings.ts';
import {
  catalogueFiles,
  type Files,
  makeSpack,
  packagesFiles,
  spackFiles,
  writeFiles,
} from './source.fixture.ts';

let folder: string;
let cacheDirectory: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-git-'));
  cacheDirectory = join(folder, 'cache');
});

afterEach(() => rm(folder, { recursive: true }));

const git = async (cwd: string, ...args: string[]) => {
  const config = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'tag.gpgSign=false'];
  return (await run({ file: 'git', args: [...config, ...args], cwd })).stdout.trim();
};

const commit = async (repository: string, files: Files) => {
  await writeFiles(repository, files);
  await git(repository, 'add', '--all');
  await git(repository, 'commit', '--quiet', '--message=change');
  return git(repository, 'rev-parse', 'HEAD');
};

async function createRepository(name: string, files: Files) {
  const path = join(folder, name);
  await writeFiles(path, files);
  await git(path, 'init', '--quiet', '--initial-branch=main');
  return { path, commit: await commit(path, {}) };
}

/** A bare copy, as a site without a network keeps it. */
async function mirror(path: string) {
  const bare = `${path}.git`;
  await git(folder, 'clone', '--quiet', '--bare', path, bare);
  return bare;
}

describe('Spack from git', () => {
  test('a tag and a branch of a mirror are fetched once, without their history', async () => {
    const spack = await createRepository('spack', spackFiles('1.1.1'));
    await git(spack.path, 'tag', '--annotate', '--message=release', 'v1.1.1');
    await commit(spack.path, spackFiles('1.2.0'));
    const packages = await createRepository('packages', packagesFiles);
    await git(packages.path, 'checkout', '--quiet', '-b', 'releases/v2025');
    const settings = {
      source: await mirror(spack.path),
      version: 'v1.1.1',
      packages: { source: await mirror(packages.path), version: 'releases/v2025' },
    };
    const messages: string[] = [];
    const options = { cacheDirectory, onProgress: (message: string) => messages.push(message) };
    const [first, other] = await Promise.all([
      prepareSpack(settings, options),
      prepareSpack(settings, options),
    ]);
    expect(first).toMatchObject({
      version: '1.1.1',
      commit: spack.commit,
      folder: expect.stringMatching(/\/spack-v1\.1\.1-[0-9a-f]{8}$/),
      packages: { commit: packages.commit, folder: expect.stringContaining('/packages-releases-v2025-') },
    });
    expect(other).toEqual(first);
    expect(messages).toHaveLength(2);
    expect(await git(first.folder, 'rev-list', '--count', 'HEAD')).toBe('1');
    await rm(settings.source, { recursive: true });
    await expect(prepareSpack(settings, options)).rejects.toMatchObject({ code: 'SPACK_UNAVAILABLE' });
    const names = await readdir(join(cacheDirectory, 'spack'));
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a version that is not there is named with the nearest one', async () => {
    const spack = await createRepository('spack', spackFiles('1.1.1'));
    await git(spack.path, 'tag', 'v1.1.1');
    const source = await mirror(spack.path);
    await expect(
      prepareSpack({ source, version: 'v1.1.2', packages: defaultPackages }, { cacheDirectory }),
    ).rejects.toMatchObject({
      code: 'SPACK_UNAVAILABLE',
      message: expect.stringContaining('no version "v1.1.2" of Spack'),
      hint: 'did you mean "v1.1.1"?',
    });
  });

  test('a repository of something else leaves nothing behind', async () => {
    const { path } = await createRepository('other', { 'README.md': 'other\n' });
    const settings = { source: await mirror(path), version: 'main', packages: defaultPackages };
    await expect(prepareSpack(settings, { cacheDirectory })).rejects.toMatchObject({
      code: 'SPACK_UNAVAILABLE',
      message: expect.stringContaining('is not Spack'),
    });
    expect(await readdir(join(cacheDirectory, 'spack'))).toEqual([expect.stringMatching(/\.lock$/)]);
  });

  test('a checkout says its commit as long as its files are as committed', async () => {
    const spack = await createRepository('spack', spackFiles('0.23.0'));
    const settings = { source: spack.path, version: 'v1.1.1', packages: defaultPackages };
    const prepare = () => prepareSpack(settings, { cacheDirectory });
    await writeFile(join(spack.path, 'untracked'), '');
    expect(await prepare()).toMatchObject({ folder: spack.path, commit: spack.commit });
    await writeFile(join(spack.path, 'bin', 'spack'), 'changed');
    expect(await prepare()).not.toHaveProperty('commit');
  });
});

describe('the catalogue from git', () => {
  const spack = async () => {
    const output = 'cic-recipe ["old_tool", "old_tool", null]';
    return makeSpack(await writeFiles(join(folder, 'spack'), spackFiles('1.1.1', { output })));
  };
  const load = async (source: string, version: string) =>
    loadCatalogue({ source, version }, await spack(), { cacheDirectory });

  test('a branch is followed, its earlier commits are kept', async () => {
    const { path, commit: first } = await createRepository('catalogue', catalogueFiles);
    const before = await load(path, 'main');
    expect(before).toMatchObject({ commit: first, namespace: 'eflows4HPC' });
    const second = await commit(path, { 'packages/more/package.py': 'from spack import *\n' });
    const after = await load(path, 'main');
    expect(after.commit).toBe(second);
    expect(after.folder).not.toBe(before.folder);
    expect(await load(path, first)).toEqual(before);
    await git(path, 'tag', 'v1', first);
    expect(await load(path, 'v1')).toEqual(before);
  });

  test('a commit that was fetched once needs no repository any more', async () => {
    const { path, commit: first } = await createRepository('catalogue', catalogueFiles);
    const bare = await mirror(path);
    const before = await load(bare, first);
    await rm(join(bare, 'objects'), { recursive: true });
    await writeFiles(bare, { 'objects/none': '' });
    expect(await load(bare, first)).toEqual(before);
  });

  test('without a version the files of a folder are used as they are', async () => {
    const { path, commit: first } = await createRepository('catalogue', catalogueFiles);
    expect(await load(path, 'latest')).toMatchObject({ commit: first });
    await writeFiles(path, { 'packages/more/package.py': '' });
    expect(await load(path, 'latest')).not.toHaveProperty('commit');
  });

  test('what an operator put into the cache is used without a network', async () => {
    await writeFiles(join(cacheDirectory, 'spack', 'catalogue-main'), catalogueFiles);
    expect(await load('https://git.example.invalid/catalogue.git', 'main')).toMatchObject({
      namespace: 'eflows4HPC',
      configFolder: join(cacheDirectory, 'spack', 'catalogue-main', 'cfg'),
    });
  });
});

/** Where the product itself keeps its Spack. */
const productCache = process.env['CIC_TEST_SPACK_CACHE'] ?? '/var/cache/cic';
const hasSpack = await access(join(productCache, 'spack', 'spack-v1.1.1', 'bin', 'spack')).then(
  () => true,
  () => false,
);
if (!hasSpack)
  console.warn(`SKIPPED: there is no Spack in ${productCache}: its loading of recipes is not tested`);

test.skipIf(!hasSpack)('a real Spack loads converted recipes, and says which it cannot', async () => {
  const spack = await prepareSpack(
    { ...defaultSpack, packages: defaultPackages },
    { cacheDirectory: productCache },
  );
  const source = await writeFiles(join(folder, 'catalogue'), {
    ...catalogueFiles,
    'packages/broken/package.py': 'from spack import *\n\nclass Broken(NoSuchBuildSystem):\n    pass\n',
  });
  const { warnings, packagesFolder } = await loadCatalogue({ source, version: 'latest' }, spack, {
    cacheDirectory,
  });
  expect(warnings).toEqual([
    `the recipe broken of the software catalogue is left out, Spack ${spack.version} cannot load it: name 'NoSuchBuildSystem' is not defined`,
  ]);
  expect(await readdir(packagesFolder)).toEqual(['new-tool', 'old_tool']);
});
