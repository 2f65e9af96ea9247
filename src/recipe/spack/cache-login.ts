import type { Mount } from '../dockerfile.ts';
import { mountSecret, secretPath } from '../site-network.ts';
import { paths } from './paths.ts';
import type { SpackTools } from './spack-tools.ts';

export type CacheLogin = {
  /** What to put before Spack's own words: nothing, or words and a blank. */
  readonly prefix: string;
  readonly mounts: readonly Mount[];
};

/** How Spack gets the credentials of the package cache, where it needs some. */
export function planCacheLogin({ sharedCache }: Pick<SpackTools, 'sharedCache'>): CacheLogin {
  if (sharedCache?.kind !== 'registry' || !sharedCache.hasCredentials) return { prefix: '', mounts: [] };
  const words = [
    `${paths.python}/bin/python3`,
    `${paths.scripts}/spack-with-login.py`,
    secretPath('packageCache'),
    cacheRepository(sharedCache.url),
  ];
  return { prefix: `${words.join(' ')} `, mounts: [mountSecret('packageCache')] };
}

/** `host[:port]/path` of an `oci://` address. */
export function cacheRepository(url: string): string {
  return url.replace(/^oci(?:\+http)?:\/\//, '');
}
