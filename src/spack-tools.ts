import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTextStore } from './artifact/text-store.ts';
import { createTimeStore } from './artifact/time-store.ts';
import type { CatalogueFolders, PreparedTools, PrepareOptions, SpackPort } from './build/spack/spack-port.ts';
import type { Config } from './config/config.ts';
import { toProxyEnvironment } from './engine/options.ts';
import { AppError } from './errors/app-error.ts';
import { explainUnreadable } from './errors/unreadable.ts';
import { withLock } from './exec/lock.ts';
import { hashTree } from './files/tree-hash.ts';
import { digestOf } from './oci/digest.ts';
import { cacheRepository } from './recipe/spack/cache-login.ts';
import {
  isLegacySpack,
  type PublicCache,
  type SharedCache,
  type SpackTools,
} from './recipe/spack/spack-tools.ts';
import { findCredentials } from './registry/credentials.ts';
import { type Catalogue, loadCatalogue } from './spack/source/load-catalogue.ts';
import { openPublicCaches } from './spack/source/open-public-caches.ts';
import { locatePlace } from './spack/source/place.ts';
import { type PreparedSpack, prepareSpack } from './spack/source/prepare-spack.ts';
import type { SpackSettings } from './spack/source/settings.ts';

/** Joins the pipeline's Spack port to the real Spack of the site. */
export function createSpackPort(config: Config): SpackPort {
  const folder = join(config.directories.cache, 'spack');
  return {
    prepare: (call) => prepare(config, call),
    readScripts: readImageScripts,
    locks: createTextStore(join(folder, 'locks')),
    times: createTimeStore(join(folder, 'times.json')),
    async withToolchainLock(work, call) {
      await mkdir(folder, { recursive: true });
      return withLock(join(folder, 'toolchain.lock'), call, work);
    },
  };
}

async function prepare(config: Config, call: PrepareOptions): Promise<PreparedTools> {
  const { directories, network, spack: settings } = config;
  const options = {
    cacheDirectory: directories.cache,
    gitEnvironment: {
      ...toProxyEnvironment(network.proxy),
      ...(network.caBundle && { GIT_SSL_CAINFO: network.caBundle }),
    },
    ...call,
  };
  const spack = await prepareSpack(settings, options);
  const catalogue = settings.catalogue && (await loadCatalogue(settings.catalogue, spack, options));
  const { caches: publicCaches, warnings } = await openPublicCaches(settings.publicCaches);
  return {
    tools: await describeTools(config, {
      spack,
      catalogue,
      sharedCache: await openCache(settings, spack, call),
      publicCaches,
    }),
    folders: {
      spack: spack.folder,
      ...(spack.packages && { packages: spack.packages.folder }),
      ...(catalogue && { catalogue: toFolders(catalogue) }),
    },
    ...(catalogue?.config && { catalogueConfig: catalogue.config }),
    warnings: [...warnings, ...(catalogue?.warnings ?? [])],
    commits: {
      ...(spack.commit !== undefined && { spack: spack.commit }),
      ...(spack.packages?.commit !== undefined && { packages: spack.packages.commit }),
    },
  };
}

/** Where the engine cannot write into a folder, packages stay in its own cache. */
async function openCache(
  { cache, cacheCredentialsFile }: SpackSettings,
  spack: PreparedSpack,
  { mountsFolders }: PrepareOptions,
): Promise<SharedCache | undefined> {
  if (cache.startsWith('oci+http:') && isLegacySpack(spack)) throw noPlainRegistry(cache, spack);
  if (/^oci(?:\+http)?:/.test(cache)) {
    if (cacheCredentialsFile !== undefined) await requireCredentials(cacheCredentialsFile, cache);
    return { kind: 'registry', url: cache, hasCredentials: cacheCredentialsFile !== undefined };
  }
  if (!mountsFolders) return undefined;
  await mkdir(cache, { recursive: true });
  return { kind: 'folder', folder: cache };
}

/** It would write the packages nowhere, without a word. */
function noPlainRegistry(cache: string, { version }: PreparedSpack): AppError {
  return new AppError(
    'SPACK_VERSION_UNSUPPORTED',
    `Spack ${version} has no package cache on plain HTTP: ${cache}`,
    { hint: 'let the registry have a certificate and write oci://, or take Spack 1.x' },
  );
}

/** Told before anything is built: Spack would say so after it has compiled the first package. */
async function requireCredentials(file: string, cache: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError(
      'FILE_UNREADABLE',
      explainUnreadable(`the file with the credentials of the package cache, ${file},`, cause),
      {
        hint: 'correct spack.cache_credentials_file in the config',
        cause,
      },
    );
  });
  const repository = cacheRepository(cache);
  if (findCredentials(text, repository) !== undefined) return;
  throw new AppError('CONFIG_INVALID', `${file} has no credentials for the package cache ${repository}`, {
    hint: `log in with \`skopeo login --authfile ${file} ${repository.split('/')[0]}\``,
  });
}

type Found = {
  readonly spack: PreparedSpack;
  readonly catalogue: Catalogue | undefined;
  readonly sharedCache: SharedCache | undefined;
  readonly publicCaches: readonly PublicCache[];
};

async function describeTools(
  { spack: settings }: Config,
  { spack, catalogue, sharedCache, publicCaches }: Found,
): Promise<SpackTools> {
  const { packages } = spack;
  const parts = [
    spack.commit ?? (await hashTree(spack.folder)),
    ...(packages ? [packages.commit ?? (await hashTree(packages.folder))] : []),
  ];
  return {
    version: spack.version,
    identity: digestOf(parts.join(' ')).slice('sha256:'.length, 'sha256:'.length + 16),
    hasPackages: packages !== undefined,
    ...(catalogue && {
      catalogue: {
        place: placeOf(catalogue),
        treeHash: catalogue.treeHash,
        hasConfig: catalogue.configFolder !== undefined,
      },
    }),
    mirrors: settings.mirrors.map(locatePlace),
    publicCaches,
    ...(sharedCache && { sharedCache }),
    siteConfig: settings.config,
  };
}

function toFolders(catalogue: Catalogue): CatalogueFolders {
  const { folder, configFolder } = catalogue;
  return {
    repo: folder,
    place: placeOf(catalogue),
    ...(configFolder !== undefined && { config: configFolder }),
  };
}

/** Repositories of Package API v2 are found by their place. @see Spack documentation, Package API v2.0 */
function placeOf({ api, namespace }: Catalogue): string {
  return api[0] < 2 ? '' : `spack_repo/${namespace.replaceAll('.', '/')}`;
}

async function readImageScripts(): Promise<Record<string, string>> {
  const folder = new URL('../image-scripts/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => /\.(?:sh|pl|py)$/.test(name)).sort();
  const contents = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, contents[index] ?? '']));
}
