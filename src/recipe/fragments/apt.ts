import { quoteForShell } from '../../shell/quote.ts';
import { aptArchives, aptCacheMounts, type CacheScope } from '../caches.ts';
import { type Fragment, formatRun } from '../dockerfile.ts';
import type { SiteAccess } from '../site-network.ts';

/**
 * Installs packages with apt. Recommended packages come along, as in the service that CIC replaces:
 * a step that lists `gcc` counts on `libc6-dev`.
 */
export function planApt(packages: readonly string[], scope: CacheScope, site: SiteAccess): Fragment[] {
  if (packages.length === 0) return [];
  const install = [
    'DEBIAN_FRONTEND=noninteractive apt-get install --yes',
    `-o Dir::Cache::archives=${aptArchives}`,
    ...packages.map(quoteForShell),
  ];
  const script = [...site.script, `mkdir -p ${aptArchives}/partial`, 'apt-get update', install.join(' ')];
  return [
    {
      stage: 'apt',
      comment: 'apt packages; downloads and package lists stay in cache mounts',
      instructions: [formatRun(script, [...aptCacheMounts(scope), ...site.mounts])],
    },
  ];
}
