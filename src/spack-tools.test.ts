import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SpackPort } from './build/spack/spack-port.ts';
import { readConfig } from './config/read-config.ts';
import { readMachineDefaults } from './config/read-machine.ts';
import { digestOf } from './oci/digest.ts';
import { catalogueFiles, packagesFiles, spackFiles, writeFiles } from './spack/source/source.fixture.ts';
import { createSpackPort } from './spack-tools.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-tools-'));
  await writeFiles(join(folder, 'spack'), spackFiles('1.1.1'));
  await writeFiles(join(folder, 'packages'), packagesFiles);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A site whose Spack is in folders, with further lines in the section `spack` of its configuration. */
async function createPort(...lines: string[]): Promise<SpackPort> {
  const file = join(folder, 'site.yaml');
  const own = lines.map((line) => `  ${line}\n`).join('');
  await writeFile(
    file,
    `spack:\n  source: ./spack\n  packages: {source: ./packages}\n${own}directories: {cache: ./cache}\n`,
  );
  return createSpackPort(await readConfig(file, readMachineDefaults({ env: {}, cwd: folder })));
}

const prepare = async (...lines: string[]) =>
  (await createPort(...lines)).prepare({ onProgress: () => undefined, mountsFolders: true });

describe('what the site has', () => {
  test('is said with its version and folders', async () => {
    const { tools, folders, warnings, commits } = await prepare();
    expect(tools).toMatchObject({ version: '1.1.1', hasPackages: true, mirrors: [], publicCaches: [] });
    expect(tools).not.toHaveProperty('catalogue');
    expect(folders).toEqual({
      spack: join(folder, 'spack'),
      packages: join(folder, 'packages/repos/spack_repo/builtin'),
    });
    expect({ warnings, commits }).toEqual({ warnings: [], commits: {} });
  });

  test('is another one when a file of it changes, also outside git', async () => {
    const { tools } = await prepare();
    expect((await prepare()).tools.identity).toBe(tools.identity);
    await writeFile(join(folder, 'packages/repos/spack_repo/builtin/new.py'), '\n');
    expect((await prepare()).tools.identity).not.toBe(tools.identity);
  });

  test('Spack 0.23 has its recipes inside', async () => {
    await writeFiles(join(folder, 'spack'), spackFiles('0.23.1'));
    const { tools, folders } = await prepare();
    expect(tools).toMatchObject({ version: '0.23.1', hasPackages: false });
    expect(folders).not.toHaveProperty('packages');
  });

  test('mirrors and caches of others are folders or addresses', async () => {
    await mkdir(join(folder, 'v3'));
    const { tools, warnings } = await prepare(
      'mirrors: [./mirror, "https://mirror.example.org/sources"]',
      'public_caches: [{url: ., signed: false}, {url: "oci://registry.example.org/others", signed: false}]',
      'config: {packages: {slurm: {buildable: false}}}',
    );
    expect(tools.mirrors).toEqual([
      { kind: 'folder', folder: join(folder, 'mirror') },
      { kind: 'url', url: 'https://mirror.example.org/sources' },
    ]);
    expect(tools.publicCaches).toEqual([
      { kind: 'folder', folder, keys: [] },
      { kind: 'url', url: 'oci://registry.example.org/others', keys: [] },
    ]);
    expect(warnings).toEqual([]);
    expect(tools.siteConfig).toEqual({ packages: { slurm: { buildable: false } } });
  });

  test.each(['oci://registry.example.org/hpc/cache', 'oci+http://localhost:5000/cache'])(
    'packages are shared through a registry: %s',
    async (url) => {
      expect((await prepare(`cache: ${url}`)).tools.sharedCache).toEqual({
        kind: 'registry',
        url,
        hasCredentials: false,
      });
    },
  );

  test('Spack 0.23 takes no registry on plain HTTP', async () => {
    await writeFiles(join(folder, 'spack'), spackFiles('0.23.1'));
    await expect(prepare('cache: oci+http://localhost:5000/cache')).rejects.toMatchObject({
      code: 'SPACK_VERSION_UNSUPPORTED',
    });
  });

  describe('the credentials of a shared cache', () => {
    const lines = ['cache: oci://registry.example.org/hpc/cache', 'cache_credentials_file: ./auth.json'];
    const writeAuth = (entries: Record<string, unknown>) =>
      writeFile(join(folder, 'auth.json'), JSON.stringify({ auths: entries }));

    test('are offered to builds, not told to them', async () => {
      await writeAuth({ 'registry.example.org': { auth: 'dXNlcjpzZWNyZXQ=' } });
      const { tools } = await prepare(...lines);
      expect(tools.sharedCache).toMatchObject({ kind: 'registry', hasCredentials: true });
      expect(JSON.stringify(tools)).not.toMatch(/dXNlcjpzZWNyZXQ=|secret/);
    });

    test('that are not there are an error before anything is built', async () => {
      await expect(prepare(...lines)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
      await writeAuth({ 'other.example.org': { auth: 'dXNlcjpzZWNyZXQ=' } });
      await expect(prepare(...lines)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('registry.example.org/hpc/cache'),
      });
    });
  });

  test('packages are shared in a folder, where the engine can write into one', async () => {
    const shared = { kind: 'folder', folder: join(folder, 'buildcache') };
    expect((await prepare('cache: ./buildcache')).tools.sharedCache).toEqual(shared);
    const port = await createPort('cache: ./buildcache');
    const { tools } = await port.prepare({ onProgress: () => undefined, mountsFolders: false });
    expect(tools).not.toHaveProperty('sharedCache');
  });
});

describe('the software catalogue', () => {
  beforeEach(() => writeFiles(join(folder, 'catalogue'), catalogueFiles));

  test('of the old form lies at its place itself for Spack 0.23', async () => {
    await writeFiles(join(folder, 'spack'), spackFiles('0.23.1'));
    const { tools, folders } = await prepare('catalogue: {source: ./catalogue}');
    expect(tools.catalogue).toMatchObject({ place: '', hasConfig: true });
    expect(folders.catalogue).toMatchObject({ place: '', config: join(folder, 'catalogue/cfg') });
  });

  test('of the old form is converted in a copy for Spack 1.x', async () => {
    const { folders } = await prepare('catalogue: {source: ./catalogue}');
    expect(folders.catalogue?.place).toBe('');
    const recipe = join(folders.catalogue?.repo ?? '', 'packages/old_tool/package.py');
    expect(await readFile(recipe, 'utf8')).toContain('from spack.package import *');
    const own = join(folder, 'catalogue/packages/old_tool/package.py');
    expect(await readFile(own, 'utf8')).toContain('from spack import *');
  });

  test('of the new form lies where Spack 1.x looks for its namespace', async () => {
    await writeFiles(join(folder, 'new'), {
      'spack_repo/hpc/repo.yaml': 'repo:\n  namespace: hpc\n  api: v2.0\n',
      'spack_repo/hpc/packages/tool/package.py':
        'from spack.package import *\n\nclass Tool(Package):\n    pass\n',
    });
    const { tools, folders } = await prepare('catalogue: {source: ./new}');
    expect(tools.catalogue).toMatchObject({ place: 'spack_repo/hpc', hasConfig: false });
    expect(folders.catalogue?.place).toBe('spack_repo/hpc');
  });
});

test('the scripts that run inside images are those of the package', async () => {
  const scripts = await (await createPort()).readScripts();
  expect(Object.keys(scripts)).toEqual([
    'apply.sh',
    'check-libraries.sh',
    'collect.sh',
    'copy-toolkit.sh',
    'find-libraries.pl',
    'install-runtime.sh',
    'prepare-apt.sh',
    'snapshot.sh',
    'spack-finish.sh',
    'spack-install.sh',
    'spack-public-caches.py',
    'spack-with-login.py',
  ]);
  const file = new URL('../image-scripts/collect.sh', import.meta.url);
  expect(scripts['collect.sh']).toBe(await readFile(file, 'utf8'));
});

test('a package that is installed has them too', async () => {
  const { files } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(files).toEqual(expect.arrayContaining(['dist', 'image-scripts', 'machines']));
});

test('locks and times are kept in the cache of the site', async () => {
  const key = digestOf('inputs');
  const first = await createPort();
  await first.locks.record(key, 'lock');
  await first.times.record(new Map([['zlib', 4]]));
  const second = await createPort();
  expect(await second.locks.find(key)).toBe('lock');
  expect(await second.times.read()).toEqual(new Map([['zlib', 4]]));
});

test('two toolchain images are made one after the other', async () => {
  const port = await createPort();
  const steps: string[] = [];
  const work = (name: string) =>
    port.withToolchainLock(async () => {
      steps.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      steps.push(`${name} ends`);
    }, {});
  await Promise.all([work('one'), work('two')]);
  expect(steps.map((step) => step.split(' ')[1])).toEqual(['starts', 'ends', 'starts', 'ends']);
});
