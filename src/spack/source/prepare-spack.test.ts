import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { prepareSpack } from './prepare-spack.ts';
import { defaultPackages, defaultSpack, type SpackSettings } from './settings.ts';
import { packagesFiles, spackFiles, writeFiles } from './source.fixture.ts';

let folder: string;
let cacheDirectory: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-'));
  cacheDirectory = join(folder, 'cache');
});

afterEach(() => rm(folder, { recursive: true }));

type Wishes = Partial<Pick<SpackSettings, 'source' | 'version' | 'packages'>>;

/** No address is reachable: what must not need a network fails when it does. */
const prepare = (wishes: Wishes = {}) =>
  prepareSpack(
    { ...defaultSpack, packages: defaultPackages, ...wishes },
    { cacheDirectory, gitEnvironment: { GIT_ALLOW_PROTOCOL: 'file' } },
  );

const writeSpack = (path: string, version = '1.1.1', api?: string) =>
  writeFiles(join(folder, path), spackFiles(version, api === undefined ? {} : { api }));
const writePackages = (path: string) => writeFiles(join(folder, path), packagesFiles);
const local = (path: string) => ({ source: join(folder, path), version: 'latest' });

describe('what is in the cache', () => {
  test('is used without a network, whoever put it there', async () => {
    await writeSpack('cache/spack/spack-v1.1.1');
    await writePackages('cache/spack/packages-v2025.11.0');
    expect(await prepare()).toMatchObject({
      folder: join(cacheDirectory, 'spack', 'spack-v1.1.1'),
      version: '1.1.1',
      packages: {
        folder: join(cacheDirectory, 'spack', 'packages-v2025.11.0', 'repos/spack_repo/builtin'),
        namespace: 'builtin',
        api: [2, 2],
      },
    });
  });

  test('may be links to where an operator keeps it', async () => {
    await writeSpack('srv/spack');
    await writePackages('cache/spack/packages-v2025.11.0');
    await mkdir(join(cacheDirectory, 'spack'), { recursive: true });
    await symlink(join(folder, 'srv/spack'), join(cacheDirectory, 'spack', 'spack-v1.1.1'));
    expect(await prepare()).toMatchObject({ version: '1.1.1' });
  });

  test('has the slashes of a version as dashes', async () => {
    await writeSpack('cache/spack/spack-releases-v1.1');
    await writePackages('cache/spack/packages-v2025.11.0');
    expect(await prepare({ version: 'releases/v1.1' })).toMatchObject({ version: '1.1.1' });
  });

  test('is not taken for the version of another address', async () => {
    await writeSpack('cache/spack/spack-v1.1.1');
    const preparing = prepare({ source: 'https://git.example.org/spack.git' });
    await expect(preparing).rejects.toMatchObject({ code: 'SPACK_UNAVAILABLE' });
  });

  test('is fetched when only a part of it is there; without a network the error says what to do', async () => {
    await mkdir(join(cacheDirectory, 'spack', 'spack-v1.1.1', 'lib'), { recursive: true });
    await expect(prepare()).rejects.toMatchObject({
      code: 'SPACK_UNAVAILABLE',
      message: expect.stringMatching(/^Spack v1\.1\.1 cannot be fetched from https:.*spack\.git: /),
      hint: expect.stringContaining('put a checkout into <cache>/spack/spack-v1.1.1'),
    });
    expect(await readdir(join(cacheDirectory, 'spack'))).toEqual(['spack-v1.1.1', 'spack-v1.1.1.lock']);
  });
});

describe('local sources', () => {
  test('are used where they are', async () => {
    await writeSpack('spack');
    await writePackages('packages');
    const spack = await prepare({ source: join(folder, 'spack'), packages: local('packages') });
    expect(spack).toMatchObject({ folder: join(folder, 'spack') });
    expect(spack).not.toHaveProperty('commit');
    await expect(readdir(cacheDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('may be the repository of the recipes itself', async () => {
    await writeSpack('spack');
    await writePackages('packages');
    const packages = local('packages/repos/spack_repo/builtin');
    expect(await prepare({ source: join(folder, 'spack'), packages })).toMatchObject({
      packages: { namespace: 'builtin' },
    });
  });

  test('are unpacked once from a tarball, with or without a folder around', async () => {
    await writeSpack('release/spack-1.1.1');
    await writePackages('packages');
    for (const [name, top] of [
      ['around', 'release'],
      ['flat', 'release/spack-1.1.1'],
    ] as const) {
      const file = join(folder, `${name}.tar.gz`);
      await run({ file: 'tar', args: ['-czf', file, '-C', join(folder, top), '.'] });
      const wishes = { source: file, packages: local('packages') };
      const first = await prepare(wishes);
      expect(first).toMatchObject({ version: '1.1.1' });
      expect(await prepare(wishes)).toEqual(first);
    }
    const names = await readdir(join(cacheDirectory, 'spack'));
    expect(names.filter((name) => /^spack-[0-9a-f]{16}$/.test(name))).toHaveLength(2);
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each([
    ['nowhere', 'there is no'],
    ['empty', 'is not Spack'],
    ['damaged.tar.gz', 'cannot be unpacked'],
    ['other.tar', 'is not Spack'],
  ])('are refused when they are something else: %s', async (path, message) => {
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, 'damaged.tar.gz'), 'no archive');
    await run({ file: 'tar', args: ['-cf', join(folder, 'other.tar'), '-C', folder, 'empty'] });
    await expect(prepare({ source: join(folder, path) })).rejects.toMatchObject({
      code: 'SPACK_UNAVAILABLE',
      message: expect.stringContaining(message),
    });
  });

  test.each(['ext::sh -c id', '--upload-pack=id', 'http://git.example.org/spack.git'])(
    'are no way to run a program: %s',
    async (source) => {
      await expect(prepare({ source })).rejects.toMatchObject({
        code: 'SPACK_UNAVAILABLE',
        message: expect.stringContaining('is refused'),
      });
    },
  );

  test.each(['--upload-pack=id', '../..', 'a..b', ''])('%j is no version', async (version) => {
    await expect(prepare({ version })).rejects.toMatchObject({ code: 'SPACK_UNAVAILABLE' });
  });
});

describe('versions', () => {
  test('Spack 0.x has its recipes inside', async () => {
    await writeSpack('spack', '0.23.0');
    const spack = await prepare({ source: join(folder, 'spack'), packages: local('nowhere') });
    expect(spack).toEqual({ folder: join(folder, 'spack'), version: '0.23.0', major: 0, minor: 23 });
  });

  test('recipes for a newer Spack are refused before anything fails on them', async () => {
    await writeSpack('spack', '1.0.0', '(2, 1)');
    await writePackages('packages');
    const preparing = prepare({ source: join(folder, 'spack'), packages: local('packages') });
    await expect(preparing).rejects.toMatchObject({
      code: 'SPACK_VERSION_UNSUPPORTED',
      message: expect.stringContaining('they are of Package API v2.2, Spack 1.0.0 knows v2.1'),
    });
  });
});
