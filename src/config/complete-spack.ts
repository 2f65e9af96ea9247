import { join } from 'node:path';
import {
  defaultPackages,
  defaultSpack,
  type SpackOrigin,
  type SpackSettings,
} from '../spack/source/settings.ts';
import type { ConfigFile } from './config-schema.ts';
import { type ToPath, toAddress } from './paths.ts';

type Surroundings = { readonly cacheDirectory: string; readonly toPath: ToPath };

/** Fills in what a configuration leaves out about Spack. */
export function completeSpack(
  spack: ConfigFile['spack'],
  { cacheDirectory, toPath }: Surroundings,
): SpackSettings {
  const { packages, catalogue, mirrors, public_caches, config, cache, cache_credentials_file } = spack ?? {};
  return {
    ...completeOrigin(spack, defaultSpack, toPath),
    packages: completeOrigin(packages, defaultPackages, toPath),
    ...(catalogue && {
      catalogue: completeOrigin(catalogue, { source: catalogue.source, version: 'latest' }, toPath),
    }),
    mirrors: (mirrors ?? []).map((mirror) => toAddress(mirror, toPath)),
    publicCaches: (public_caches ?? []).map(({ url, keys }) => ({
      url: toAddress(url, toPath),
      keys: (keys ?? []).map(toPath),
    })),
    config: config ?? {},
    cache: cache ? toAddress(cache, toPath) : join(cacheDirectory, 'spack', 'buildcache'),
    ...(cache_credentials_file && { cacheCredentialsFile: toPath(cache_credentials_file) }),
  };
}

type OriginKeys = {
  readonly source?: string | null | undefined;
  readonly version?: string | null | undefined;
};

function completeOrigin(
  origin: OriginKeys | null | undefined,
  defaults: SpackOrigin,
  toPath: ToPath,
): SpackOrigin {
  return {
    source: toAddress(origin?.source ?? defaults.source, toPath),
    version: origin?.version ?? defaults.version,
  };
}
