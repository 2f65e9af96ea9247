import { stringify } from 'yaml';
import { isMapping } from '../../spack/mapping.ts';
import type { GeneratedFile } from '../recipe.ts';
import { paths } from './paths.ts';
import { planPublicMirrors } from './public-caches.ts';
import { isLegacySpack, type SpackTools } from './spack-tools.ts';

/** Folders of these files in the build context; they are copied to {@link paths}. */
export const configFolder = 'spack-config';
export const siteFolder = 'spack-site';
export const siteConfigFolder = 'spack-site-config';

/** Spack's configuration in the toolchain image: where things lie, and that nothing is taken from elsewhere. */
export function planToolchainConfig(tools: Pick<SpackTools, 'version'>): GeneratedFile[] {
  return toFiles(configFolder, {
    config: {
      misc_cache: paths.index,
      source_cache: `${paths.cache}/sources`,
      install_tree: { root: paths.software, projections: { all: '{name}-{version}-{hash}' } },
      shared_linking: { type: 'runpath' },
      checksum: true,
      license_dir: '/packages',
    },
    bootstrap: { enable: false },
    ...(isLegacySpack(tools) ? {} : { 'repos:': { builtin: builtinRepo } }),
  });
}

const builtinRepo = `${paths.packages}/repos/spack_repo/builtin`;

/** Spack's configuration of the site: mirrors, caches, the catalogue, and sections of its own. */
export function planSiteConfig(tools: SpackTools): GeneratedFile[] {
  const { mirrors, repos, ...sections } = tools.siteConfig;
  return [
    ...toFiles(siteFolder, {
      mirrors: { ...planMirrors(tools), ...(isMapping(mirrors) && mirrors) },
      ...planRepos(tools),
      ...planVerification(tools),
      ...(repos !== undefined && { repos }),
    }),
    ...toFiles(siteConfigFolder, sections),
  ];
}

/**
 * Folders of configuration that every environment includes, the highest first. What is included is below the
 * environment itself; folders that are named on Spack's command line are above it.
 */
export function listIncluded(tools: Pick<SpackTools, 'siteConfig' | 'catalogue'>): string[] {
  return [
    ...(hasSections(tools) ? [paths.siteConfig] : []),
    ...(tools.catalogue?.hasConfig ? [`${paths.catalogue}/cfg`] : []),
  ];
}

/** Whether the site has configuration that is included. */
export function hasSections({ siteConfig }: Pick<SpackTools, 'siteConfig'>): boolean {
  return Object.keys(siteConfig).some((name) => name !== 'mirrors' && name !== 'repos');
}

/**
 * Before 1.2 Spack calls gpg only where it may bootstrap one that is missing. It is in the toolchain image, and
 * without a source nothing comes from elsewhere.
 */
function planVerification({ publicCaches }: SpackTools): Record<string, unknown> {
  if (!publicCaches.some(({ keys }) => keys.length > 0)) return {};
  return { bootstrap: { enable: true, 'sources:': [] } };
}

/** Repositories that come first win. */
function planRepos(tools: SpackTools): Record<string, unknown> {
  if (tools.catalogue === undefined) return {};
  const catalogue = `${paths.catalogue}/${tools.catalogue.place}`.replace(/\/$/, '');
  if (isLegacySpack(tools)) return { repos: [catalogue] };
  return { 'repos:': { catalogue, builtin: builtinRepo } };
}

function planMirrors({ mirrors, publicCaches, sharedCache }: SpackTools): Record<string, unknown> {
  const caches = {
    cic: {
      url: `file://${sharedCache?.kind === 'folder' ? paths.sharedCache : `${paths.cache}/buildcache`}`,
      ...ownCache,
    },
    ...(sharedCache?.kind === 'registry' && { 'cic-shared': { url: sharedCache.url, ...ownCache } }),
  };
  const sources = mirrors.map((mirror, index): [string, unknown] => {
    const url = mirror.kind === 'url' ? mirror.url : `file://${paths.mirrors}/${index}`;
    return [`cic-sources-${index}`, { url, binary: false, source: true, signed: false }];
  });
  return { ...caches, ...Object.fromEntries(sources), ...planPublicMirrors(publicCaches) };
}

/** A package is pushed when it is built, also when a later one fails. */
const ownCache = { binary: true, source: false, signed: false, autopush: true };

function toFiles(folder: string, sections: Readonly<Record<string, unknown>>): GeneratedFile[] {
  return Object.entries(sections).map(([key, value]) => ({
    path: `${folder}/${key.replace(/:$/, '')}.yaml`,
    content: stringify({ [key]: value }, { lineWidth: 0 }),
  }));
}
