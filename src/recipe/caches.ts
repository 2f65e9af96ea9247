import type { Mount } from './dockerfile.ts';

/** Separates caches whose content must not mix: package lists and built wheels belong to one base. */
export type CacheScope = { readonly base: string; readonly architecture: string };

/** Downloaded packages in here survive the clean-up hook (`docker-clean`) of the official base images. */
export const aptArchives = '/var/cache/apt/cic';

/**
 * A folder of our own: buildah removes an existing folder that is empty when something was mounted
 * over it, and leaves the empty mount point where there was none.
 */
export const pipCache = '/var/cache/cic';

export function aptCacheMounts(scope: CacheScope): Mount[] {
  return [
    cacheMount('apt-archives', scope, '/var/cache/apt'),
    cacheMount('apt-lists', scope, '/var/lib/apt/lists'),
  ];
}

export function pipCacheMount(scope: CacheScope): Mount {
  return cacheMount('pip', scope, pipCache);
}

function cacheMount(what: string, scope: CacheScope, target: string): Mount {
  return { type: 'cache', id: `cic-${what}-${scope.base}-${scope.architecture}`, target, sharing: 'locked' };
}
