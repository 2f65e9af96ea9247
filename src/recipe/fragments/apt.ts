import { quoteForShell } from '../../shell/quote.ts';
import { enterApt } from '../apt-environment.ts';
import { aptCacheMount, type CacheScope } from '../caches.ts';
import { type Fragment, formatRun, type Mount } from '../dockerfile.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';

/**
 * Installs packages with apt. Recommended packages come along, as in the service that CIC replaces:
 * a step that lists `gcc` counts on `libc6-dev`.
 */
export function planApt(packages: readonly string[], scope: CacheScope, network: SiteNetwork): Fragment[] {
  if (packages.length === 0) return [];
  return planAptInstall([`apt-get install --yes ${packages.map(quoteForShell).join(' ')}`], {
    scope,
    network,
    mounts: [],
  });
}

export type AptSurroundings = {
  readonly scope: CacheScope;
  readonly network: SiteNetwork;
  /** Beside those that apt needs. */
  readonly mounts: readonly Mount[];
};

/** @param commands Run when apt is ready and its package lists are new. */
export function planAptInstall(
  commands: readonly string[],
  { scope, network, mounts }: AptSurroundings,
): Fragment[] {
  const site = planSiteAccess(network);
  const script = [...site.script, ...enterApt(network), 'apt-get update', ...commands];
  return [
    {
      stage: 'apt',
      comment: 'apt packages; downloads and package lists stay in a cache mount',
      instructions: [formatRun(script, [aptCacheMount(scope), ...mounts, ...site.mounts])],
    },
  ];
}
