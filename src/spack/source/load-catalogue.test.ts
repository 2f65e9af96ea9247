import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { catalogueFiles, type Files, makeSpack, spackFiles, writeFiles } from './source.fixture.ts';

let folder: string;
let cacheDirectory: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-catalogue-'));
  cacheDirectory = join(folder, 'cache');
});

afterEach(() => rm(folder, { recursive: true }));

const loaded = 'cic-recipe ["new-tool", "new-tool", null]\ncic-recipe ["old_tool", "old_tool", null]';

type Circumstances = { readonly version?: string; readonly output?: string; readonly source?: string };

async function load({ version = '1.1.1', output = loaded, source = 'catalogue' }: Circumstances = {}) {
  const spack = await writeFiles(join(folder, `spack-${version}`), spackFiles(version, { output }));
  const origin = { source: join(folder, source), version: 'latest' };
  return loadCatalogue(origin, makeSpack(spack, version), { cacheDirectory });
}

const write = (files: Files) => writeFiles(join(folder, 'catalogue'), files);

test('recipes of the old form are converted in a copy, under the same names', async () => {
  await write(catalogueFiles);
  const catalogue = await load();
  expect(catalogue).toMatchObject({
    namespace: 'eflows4HPC',
    api: [1, 0],
    configFolder: join(folder, 'catalogue', 'cfg'),
    warnings: [],
  });
  expect(catalogue.folder).toMatch(/\/cache\/spack\/catalogue-[0-9a-f]{16}-converted-\d+$/);
  const read = (path: string) => readFile(join(catalogue.folder, path), 'utf8');
  expect(await read('repo.yaml')).toBe(catalogueFiles['repo.yaml']);
  expect(await read('packages/old_tool/package.py')).toBe(
    'from spack.package import *\n\nclass OldTool(Package):\n    depends_on("c", type="build")\n' +
      '    depends_on("cxx", type="build")\n    depends_on("fortran", type="build")\n' +
      "    depends_on('a@1:', type=('run'))  # both\n" +
      "    depends_on('b@2:', type=('run'))  # both\n",
  );
  expect(await read('packages/old_tool/old.patch')).toBe('a patch\n');
  expect(await read('packages/new-tool/package.py')).toBe(catalogueFiles['packages/new-tool/package.py']);
  expect(await load()).toEqual(catalogue);
});

test('the catalogue itself stays as it is, and its hash is of its own files', async () => {
  await write(catalogueFiles);
  const first = await load();
  expect(await readFile(join(folder, 'catalogue/packages/old_tool/package.py'), 'utf8')).toBe(
    catalogueFiles['packages/old_tool/package.py'],
  );
  await writeFile(join(folder, 'catalogue/cfg/packages.yaml'), 'packages: {all: {}}\n');
  const second = await load();
  expect(second.treeHash).not.toBe(first.treeHash);
  expect(second.folder).not.toBe(first.folder);
});

test('what its configuration says of packages and the solver is known', async () => {
  await write(catalogueFiles);
  const cfg = {
    'cfg/packages.yaml': 'packages:\n  kokkos: {variants: +openmp}\n',
    'cfg/concretizer.yaml': 'concretizer: {unify: false}\n',
    'cfg/config.yaml': 'config: {build_jobs: 2}\n',
  };
  await write(cfg);
  expect((await load()).config).toEqual({
    packages: { kokkos: { variants: '+openmp' } },
    concretizer: { unify: false },
  });
  await write({ 'cfg/packages.yaml': '{', 'cfg/concretizer.yaml': '[]' });
  expect((await load()).config).toEqual({});
});

test.each([
  ['for Spack 0.x', '0.23.0', catalogueFiles],
  [
    'that Spack 1.x loads already',
    '1.1.1',
    { 'repo.yaml': 'repo: {namespace: a}', 'packages/b/package.py': 'from spack.package import *\n' },
  ],
  [
    'of the new form',
    '1.1.1',
    {
      'spack_repo/a/repo.yaml': 'repo: {api: v2.2}',
      'spack_repo/a/packages/b/package.py': 'from spack import *\n',
    },
  ],
])('a catalogue %s is used where it is', async (_title, version, files) => {
  await write(files);
  expect((await load({ version })).folder).toMatch(new RegExp(`^${join(folder, 'catalogue')}`));
});

test('a recipe that Spack cannot load is left out, since it would spoil all others', async () => {
  await write(catalogueFiles);
  const reason = "cannot load package 'old_tool' from the 'eflows4HPC' repository: no 'Rpackage'\n\nmore";
  const output = `==> Warning: noise\n${loaded.replace(/null\]$/, `${JSON.stringify(reason)}]`)}`;
  const first = await load({ output });
  expect(first.warnings).toEqual([
    "the recipe old_tool of the software catalogue is left out, Spack 1.1.1 cannot load it: no 'Rpackage'",
  ]);
  expect(await readdir(first.packagesFolder)).toEqual(['new-tool']);
  // Once asked, Spack is not started again.
  expect(await load()).toEqual(first);
  const names = await readdir(join(cacheDirectory, 'spack'));
  expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  ['0.23.0', { 'repo.yaml': 'repo: {namespace: a}', 'packages/b/package.py': 'x' }],
  ['1.1.1', { 'spack_repo/a/repo.yaml': 'repo: {api: v2.0}', 'spack_repo/a/packages/b/package.py': 'x' }],
])('that is so for Spack %s and other forms too', async (version, files) => {
  await write(files);
  const { folder: used, packagesFolder } = await load({ version, output: 'cic-recipe ["b", "b", "bad"]' });
  expect(used).toContain('/cache/spack/catalogue-');
  expect(await readdir(packagesFolder)).toEqual([]);
  expect(await readdir(used)).toContain('repo.yaml');
});

test('a Spack that does not run here leaves the recipes unchecked, and says so', async () => {
  await write(catalogueFiles);
  expect((await load({ output: 'nothing' })).warnings).toEqual([
    'the recipes of the software catalogue were not checked: Spack found none of them',
  ]);
});

test('a tarball is a catalogue too', async () => {
  await write(catalogueFiles);
  const file = join(folder, 'catalogue.tar');
  await run({ file: 'tar', args: ['-cf', file, '-C', folder, 'catalogue'] });
  expect(await load({ source: 'catalogue.tar' })).toMatchObject({ namespace: 'eflows4HPC' });
});

test.each<[Files, string]>([
  [{ 'repo.yaml': 'repo: {namespace: a}' }, 'it has no folder packages'],
  [{ 'repo.yaml': 'repo: {}', 'packages/a/package.py': '' }, 'null is no namespace'],
  [{ 'repo.yaml': 'repo: {namespace: builtin}', 'packages/a/package.py': '' }, "builtin is Spack's own"],
  [
    { 'spack_repo/a/repo.yaml': 'repo: {api: v3.0}', 'spack_repo/a/packages/b/package.py': '' },
    'they are of Package API v3.0, Spack 1.1.1 knows v2.4',
  ],
])('what is no catalogue is refused with the reason: %o', async (files, reason) => {
  await write(files);
  await expect(load()).rejects.toMatchObject({
    code: 'SPACK_CATALOGUE_INVALID',
    message: expect.stringContaining(reason),
  });
});

test('the new form needs Spack 1.x', async () => {
  await write({ 'spack_repo/a/repo.yaml': 'repo: {api: v2.0}', 'spack_repo/a/packages/b/package.py': '' });
  await expect(load({ version: '0.23.0' })).rejects.toMatchObject({
    code: 'SPACK_CATALOGUE_INVALID',
    message: expect.stringContaining('Package API v2.0, Spack 0.23.0 knows v1.0'),
  });
});

test('a folder that is not there is named', async () => {
  await expect(load({ source: 'nowhere' })).rejects.toMatchObject({
    code: 'SPACK_UNAVAILABLE',
    message: expect.stringContaining('nowhere'),
  });
});
