import { quoteForShell } from '../../shell/quote.ts';
import { aptLists, enterApt } from '../apt-environment.ts';
import { aptCacheMount, type CacheScope, pipCache, pipCacheMount } from '../caches.ts';
import { type Fragment, formatRun } from '../dockerfile.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';

const postInstallScript = 'post_inst.sh';

export type PostInstallPlan = {
  readonly stepId: string;
  /** archspec name that the machine has. */
  readonly target: string;
  /** Compiler flags for it, such as `-march=znver2 -mtune=znver2`. */
  readonly marchFlags: string;
};

/**
 * Runs the step's own script with `bash -e` in the step's folder. What it may use beyond the files:
 * `CIC_TARGET`, `CIC_MARCH_FLAGS`, `CIC_JOBS` (parallel make jobs: the build machine's cores), apt with
 * filled package lists, and pip into the same Python as the step's packages.
 */
export function planPostInstall(plan: PostInstallPlan, scope: CacheScope, network: SiteNetwork): Fragment[] {
  const variables = {
    CIC_TARGET: plan.target,
    CIC_MARCH_FLAGS: plan.marchFlags,
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PIP_CACHE_DIR: `${pipCache}/pip`,
  };
  const exports = Object.entries(variables).map(([name, value]) => `${name}=${quoteForShell(value)}`);
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    ...enterApt(network),
    `export ${[...exports, 'CIC_JOBS="$(nproc)"'].join(' \\\n        ')}`,
    `{ ls ${aptLists}/*_Packages* >/dev/null 2>&1 || apt-get update; }`,
    `cd /${plan.stepId}`,
    `bash -e ./${postInstallScript}`,
  ];
  return [
    {
      stage: 'post-install',
      comment: `the step's own ${postInstallScript}, compiling for ${plan.target}`,
      instructions: [formatRun(script, [aptCacheMount(scope), pipCacheMount(scope), ...site.mounts])],
    },
  ];
}
