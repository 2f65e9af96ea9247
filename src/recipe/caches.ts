import type { Platform } from '../oci/platform.ts';
import type { ResolvedBase } from './base-image.ts';
import type { Mount } from './dockerfile.ts';

/** Separates caches whose content must not mix: package lists and built wheels belong to one base. */
export type CacheScope = { readonly base: string; readonly architecture: string };

export function planCacheScope({ suite, digest }: ResolvedBase, { architecture }: Platform): CacheScope {
  return { base: suite ?? digest.slice('sha256:'.length).slice(0, 12), architecture };
}

/**
 * apt's downloads and package lists lie in a folder of our own inside this mount: the clean-up hook of
 * the official base images (`docker-clean`) does not reach it, and apt, which removes files it does not
 * know, does not reach buildah's lock file in the root of the mount (without it the next RUN that
 * mounts the same cache would wait for ever).
 */
export const aptCache = '/var/cache/apt';

/**
 * A folder of our own: buildah removes an existing folder that is empty when something was mounted
 * over it, and leaves the empty mount point where there was none.
 */
export const pipCache = '/var/cache/cic';

export function aptCacheMount(scope: CacheScope): Mount {
  return cacheMount('apt', scope, aptCache);
}

export function pipCacheMount(scope: CacheScope): Mount {
  return cacheMount('pip', scope, pipCache);
}

function cacheMount(what: string, scope: CacheScope, target: string): Mount {
  return { type: 'cache', id: `cic-${what}-${scope.base}-${scope.architecture}`, target, sharing: 'locked' };
}
