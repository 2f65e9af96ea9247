import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatProblem } from '../errors/problem.ts';
import { toConfigJsonSchema } from './config-schema.ts';
import type { Machine } from './machine-defaults.ts';
import { checkConfig, readConfig } from './read-config.ts';

let folder: string;
let machine: Machine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-config-'));
  const env = { XDG_CONFIG_HOME: join(folder, 'none') };
  machine = { env, cwd: folder, home: folder, isRoot: false, osRelease: 'ID=debian\n' };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('without a file everything has a default', async () => {
  expect(await readConfig(undefined, machine)).toMatchObject({
    engine: { kind: 'auto', emulation: false, buildah: { isolation: 'chroot', network: 'host' } },
    base: { kind: 'bootstrap', suite: 'bookworm' },
    sif: { compression: 'zstd', format: 'sif' },
    directories: { cache: join(folder, '.cache', 'cic'), images: join(folder, 'images') },
  });
});

test('paths start from the folder of the file', async () => {
  const file = join(folder, 'site', 'cic.yaml');
  const { config } = checkConfig(
    'network: {ca_bundle: ca.pem}\nspack: {source: ../spack}\nworkflow_registry: steps\nmachines: hpc\n',
    file,
    machine,
  );
  expect(config).toMatchObject({
    network: { caBundle: join(folder, 'site', 'ca.pem') },
    systemsFolder: join(folder, 'site', 'hpc'),
    workflowRegistry: join(folder, 'site', 'steps'),
  });
});

test('the proxy comes from the environment, the file wins', () => {
  const env = { HTTP_PROXY: 'http://a:1', https_proxy: 'http://b:1' };
  const { config } = checkConfig('network: {proxy: {http: "http://c:1"}}', 'c.yaml', { ...machine, env });
  expect(config?.network.proxy).toEqual({ http: 'http://c:1', https: 'http://b:1' });
});

test('Spack and its recipes come from their own repositories unless the site says otherwise', () => {
  expect(checkConfig('', 'c.yaml', machine).config?.spack).toEqual({
    source: 'https://github.com/spack/spack.git',
    version: 'v1.1.1',
    packages: { source: 'https://github.com/spack/spack-packages.git', version: 'v2025.11.0' },
    mirrors: [],
    publicCaches: [],
    config: {},
    cache: join(folder, '.cache', 'cic', 'spack', 'buildcache'),
  });
});

test('paths of Spack start from the folder of the file, URLs stay', () => {
  const text = `spack:
  source: git@git.example.org:spack.git
  version: releases/v1.1
  packages: {source: packages.tar.gz}
  catalogue: {source: catalogue}
  mirrors: [mirror, https://mirror.example.org]
  public_caches: [{url: https://cache.example.org, keys: [key.asc]}, {url: binaries, signed: false}]
  cache: oci://registry.example.org/cache
  cache_credentials_file: auth.json
directories: {cache: kept}
`;
  const { config, problems } = checkConfig(text, join(folder, 'cic.yaml'), machine);
  expect(problems).toEqual([]);
  expect(config?.spack).toEqual({
    config: {},
    source: 'git@git.example.org:spack.git',
    version: 'releases/v1.1',
    packages: { source: join(folder, 'packages.tar.gz'), version: 'v2025.11.0' },
    catalogue: { source: join(folder, 'catalogue'), version: 'latest' },
    mirrors: [join(folder, 'mirror'), 'https://mirror.example.org'],
    publicCaches: [
      { url: 'https://cache.example.org', keys: [join(folder, 'key.asc')] },
      { url: join(folder, 'binaries'), keys: [] },
    ],
    cache: 'oci://registry.example.org/cache',
    cacheCredentialsFile: join(folder, 'auth.json'),
  });
});

test('faults in the settings of Spack have their places, unknown keys too', () => {
  const text =
    'spack:\n  version: --upload-pack=x\n  cache: s3://bucket\n  catalogue: {version: main}\n  packages: {sorce: x}\n  public_caches: [{ur: x}]\n';
  const problems = checkConfig(text, 'c.yaml', machine).problems.map(formatProblem);
  expect(problems).toEqual([
    'c.yaml:2:12: spack.version: must be a branch, tag or commit',
    'c.yaml:4:3: spack.catalogue.source: is missing',
    'c.yaml:6:19: spack.public_caches[0].url: is missing',
    'c.yaml:3:10: spack.cache: must be a folder or oci://host[:port]/path',
    'c.yaml:5:14: spack.packages.sorce: is not a known key (did you mean "source"?)',
    'c.yaml:6:20: spack.public_caches[0].ur: is not a known key (did you mean "url"?)',
  ]);
});

test.each([
  ['cache: oci+https://registry.example.org/cache', 'spack.cache: must be a folder or oci'],
  ['cache: oci://user:secret@registry.example.org/cache', 'spack.cache: must be a folder or oci'],
  ['cache: oci://registry.example.org', 'spack.cache: must be a folder or oci'],
  [
    'cache: oci+http://localhost:5000/cache\n  cache_credentials_file: a.json',
    'spack.cache_credentials_file: needs a cache at oci://…: a password is sent over TLS only',
  ],
  ['cache_credentials_file: a.json', 'spack.cache_credentials_file: needs a cache at oci://'],
])('a package cache that Spack cannot use is an error: %s', (lines, problem) => {
  const { problems } = checkConfig(`spack:\n  ${lines}\n`, 'c.yaml', machine);
  expect(problems.map(formatProblem)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['{url: https://a.example.org}', 'keys: is missing: the public keys whose signatures count'],
  ['{url: binaries, signed: true, keys: []}', 'keys: is missing'],
  ['{url: binaries, signed: false, keys: [key.asc]}', 'keys: is of no use with `signed: false`'],
  ['{url: "oci://r.example.org/x"}', 'signed: must be false for a registry'],
  ['{url: "oci://r.example.org/x", keys: [key.asc]}', 'signed: must be false for a registry'],
  ['{url: "s3://bucket", signed: false}', 'url: must be a folder, https://… or oci://…'],
])('a public cache that could not be used is an error: %s', (cache, problem) => {
  const { problems } = checkConfig(`spack:\n  public_caches: [${cache}]\n`, 'c.yaml', machine);
  expect(problems.map(formatProblem)).toEqual([expect.stringContaining(`spack.public_caches[0].${problem}`)]);
});

test('steps may ask for the suites of this distribution, or for what the site lists', () => {
  const read = (text: string) => checkConfig(text, 'c.yaml', machine).config?.allowedBases;
  expect(read('')).toContainEqual({ kind: 'bootstrap', suite: 'trixie' });
  expect(read('base: {allowed: [jammy, "debian:bookworm"]}')).toEqual([
    { kind: 'bootstrap', suite: 'jammy' },
    { kind: 'reference', reference: 'debian:bookworm' },
  ]);
  expect(read('base: {allowed: []}')).toEqual([]);
});

test('all faults are shown at once with their places', () => {
  const text =
    'engine: {kind: podman}\nsif:\n  memory: lots\n  compresion: gzip\nregistry: {prefix: "https://x"}\n';
  const { problems } = checkConfig(text, 'cic.yaml', machine);
  expect(problems.map(formatProblem)).toEqual([
    expect.stringMatching(/^cic.yaml:1:16: engine.kind: /),
    expect.stringMatching(/^cic.yaml:5:20: registry.prefix: must look like host/),
    'cic.yaml:3:11: sif.memory: "lots" is no size (write bytes, or a number with K, M, G or T)',
    'cic.yaml:4:3: sif.compresion: is not a known key (did you mean "compression"?)',
  ]);
});

test('an empty file is a configuration', () => {
  expect(checkConfig('', 'c.yaml', machine).problems).toEqual([]);
  expect(checkConfig('engine:\nsif:\n', 'c.yaml', machine).problems).toEqual([]);
});

test('a file that was named must be there; CIC_CONFIG names one too', async () => {
  await expect(readConfig(join(folder, 'x.yaml'), machine)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  });
  const file = join(folder, 'y.yaml');
  await writeFile(file, 'images_prefix: team/\n');
  const config = await readConfig(undefined, { ...machine, env: { CIC_CONFIG: file } });
  expect(config).toMatchObject({ file, imagesPrefix: 'team/' });
});

test('sizes', () => {
  const { config } = checkConfig('sif: {memory: 1G, block_size: 262144}', 'c.yaml', machine);
  expect(config?.sif).toMatchObject({ memoryBytes: 2 ** 30, blockSizeBytes: 262144 });
});

test('the schema for editors closes every section', () => {
  expect(toConfigJsonSchema()).toMatchObject({ additionalProperties: false, title: 'CIC configuration' });
});

test('the example of the documentation is a configuration', async () => {
  const page = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { problems, config } = checkConfig(example, 'docs.yaml', machine);
  expect(problems).toEqual([]);
  expect(config).toMatchObject({ registry: { prefix: 'registry.example.org/hpc' }, imagesPrefix: 'team/' });
});
