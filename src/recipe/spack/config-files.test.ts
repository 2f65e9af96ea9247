import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { digestOf } from '../../oci/digest.ts';
import { makeSpackInput, publicKey } from '../recipe.fixture.ts';
import type { GeneratedFile } from '../recipe.ts';
import { listIncluded, planSiteConfig, planToolchainConfig } from './config-files.ts';
import type { SpackTools } from './spack-tools.ts';

const makeTools = (changes: Partial<SpackTools> = {}): SpackTools => ({
  ...makeSpackInput().tools,
  mirrors: [],
  publicCaches: [],
  ...changes,
});
const catalogue = { place: 'spack_repo/hpc', treeHash: digestOf('catalogue'), hasConfig: true };

/** Contents of all files, merged; Spack reads a file for each section. */
const sectionsOf = (files: readonly GeneratedFile[]): Record<string, unknown> =>
  Object.assign({}, ...files.map(({ content }) => parse(content)));

describe('the configuration of the toolchain image', () => {
  test('every section is a file of its name', () => {
    const files = planToolchainConfig({ version: '1.1.1' });
    expect(files.map(({ path }) => path)).toEqual([
      'spack-config/config.yaml',
      'spack-config/bootstrap.yaml',
      'spack-config/repos.yaml',
    ]);
  });

  test('checksums are verified, and nothing is bootstrapped from elsewhere', () => {
    expect(sectionsOf(planToolchainConfig({ version: '1.1.1' }))).toMatchObject({
      config: {
        checksum: true,
        install_tree: { root: '/opt/software', projections: { all: '{name}-{version}-{hash}' } },
        license_dir: '/packages',
      },
      bootstrap: { enable: false },
    });
  });

  test('Spack 1.x gets its recipes and no other ones; 0.23 has them inside', () => {
    // `repos:` with two colons takes the place of what Spack itself would fetch.
    expect(sectionsOf(planToolchainConfig({ version: '1.1.1' }))['repos:']).toEqual({
      builtin: '/opt/spack-packages/repos/spack_repo/builtin',
    });
    expect(sectionsOf(planToolchainConfig({ version: '0.23.1' }))).not.toHaveProperty('repos:');
  });
});

describe('the configuration of the site', () => {
  test('the cache of this machine takes each package as soon as it is built', () => {
    expect(sectionsOf(planSiteConfig(makeTools()))).toEqual({
      mirrors: {
        cic: {
          url: 'file:///var/cache/cic-spack/buildcache',
          binary: true,
          source: false,
          signed: false,
          autopush: true,
        },
      },
    });
  });

  test('a shared cache comes after it, and is filled too', () => {
    const tools = makeTools({
      sharedCache: { kind: 'registry', url: 'oci://registry.example.org/hpc/spack', hasCredentials: false },
    });
    const { mirrors } = sectionsOf(planSiteConfig(tools)) as { mirrors: object };
    expect(Object.entries(mirrors)).toMatchObject([
      ['cic', { autopush: true }],
      ['cic-shared', { url: 'oci://registry.example.org/hpc/spack', autopush: true, binary: true }],
    ]);
  });

  test("a folder of this machine takes the place of the engine's own cache", () => {
    const tools = makeTools({ sharedCache: { kind: 'folder', folder: '/srv/cache' } });
    expect(sectionsOf(planSiteConfig(tools))).toMatchObject({
      mirrors: { cic: { url: 'file:///var/cache/cic-site', autopush: true } },
    });
  });

  test('source mirrors are folders that are mounted, or addresses', () => {
    const tools = makeTools({
      mirrors: [
        { kind: 'folder', folder: '/srv/mirror' },
        { kind: 'url', url: 'https://mirror.example.org' },
      ],
    });
    expect(sectionsOf(planSiteConfig(tools))).toMatchObject({
      mirrors: {
        'cic-sources-0': { url: 'file:///opt/cic/mirrors/0', source: true, binary: false },
        'cic-sources-1': { url: 'https://mirror.example.org', source: true, binary: false },
      },
    });
  });

  test('public caches are read only: folders that are mounted, or addresses', () => {
    const tools = makeTools({
      publicCaches: [
        { kind: 'url', url: 'https://cache.example.org/v1', keys: [publicKey] },
        { kind: 'folder', folder: '/srv/others', keys: [] },
      ],
    });
    const { mirrors } = sectionsOf(planSiteConfig(tools)) as { mirrors: Record<string, object> };
    expect(mirrors['cic-public-0']).toEqual({
      url: 'https://cache.example.org/v1',
      binary: true,
      source: false,
      signed: true,
    });
    expect(mirrors['cic-public-1']).toEqual({
      url: 'file:///opt/cic/public-caches/1',
      binary: true,
      source: false,
      signed: false,
    });
  });

  test('signatures are checked with the gpg that is there; nothing else is bootstrapped', () => {
    const bootstrapOf = (keys: readonly string[]) =>
      sectionsOf(planSiteConfig(makeTools({ publicCaches: [{ kind: 'url', url: 'https://a', keys }] })))[
        'bootstrap'
      ];
    expect(bootstrapOf([publicKey])).toEqual({ enable: true, 'sources:': [] });
    expect(bootstrapOf([])).toBeUndefined();
  });

  test('the recipes of the catalogue win over those of Spack, in each version', () => {
    const repos = (version: string, place = catalogue.place) =>
      sectionsOf(planSiteConfig(makeTools({ version, catalogue: { ...catalogue, place } })));
    expect(Object.entries(repos('1.1.1')['repos:'] as object)).toEqual([
      ['catalogue', '/software-catalog/spack_repo/hpc'],
      ['builtin', '/opt/spack-packages/repos/spack_repo/builtin'],
    ]);
    expect(repos('0.23.1', '')).toMatchObject({ repos: ['/software-catalog'] });
  });

  test('sections of the site are there as it wrote them, its mirrors beside those of CIC', () => {
    const siteConfig = {
      packages: { slurm: { buildable: false } },
      mirrors: { licensed: { url: 'file:///packages' } },
    };
    const sections = sectionsOf(planSiteConfig(makeTools({ siteConfig })));
    expect(sections['packages']).toEqual(siteConfig.packages);
    expect(sections['mirrors']).toMatchObject({ cic: {}, licensed: { url: 'file:///packages' } });
  });

  test('its places are above every environment, its other sections and those of the catalogue below', () => {
    const siteConfig = { packages: {}, mirrors: {}, repos: [] };
    const paths = planSiteConfig(makeTools({ siteConfig })).map(({ path }) => path);
    expect(paths).toEqual([
      'spack-site/mirrors.yaml',
      'spack-site/repos.yaml',
      'spack-site-config/packages.yaml',
    ]);
    expect(listIncluded({ siteConfig, catalogue })).toEqual([
      '/opt/cic/site-config',
      '/software-catalog/cfg',
    ]);
    expect(listIncluded({ siteConfig: { mirrors: {} } })).toEqual([]);
    expect(listIncluded({ siteConfig: {}, catalogue: { ...catalogue, hasConfig: false } })).toEqual([]);
  });
});
