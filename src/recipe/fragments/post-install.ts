import { quoteForShell } from '../../shell/quote.ts';
import { aptCacheMounts, type CacheScope, pipCache, pipCacheMount } from '../caches.ts';
import { type Fragment, formatRun } from '../dockerfile.ts';
import type { SiteAccess } from '../site-network.ts';

export const postInstallScript = 'post_inst.sh';

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
export function planPostInstall(plan: PostInstallPlan, scope: CacheScope, site: SiteAccess): Fragment[] {
  const variables = {
    DEBIAN_FRONTEND: 'noninteractive',
    CIC_TARGET: plan.target,
    CIC_MARCH_FLAGS: plan.marchFlags,
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PIP_CACHE_DIR: `${pipCache}/pip`,
  };
  const exports = Object.entries(variables).map(([name, value]) => `${name}=${quoteForShell(value)}`);
  const script = [
    ...site.script,
    `export ${[...exports, 'CIC_JOBS="$(nproc)"'].join(' \\\n        ')}`,
    'if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then apt-get update; fi',
    `cd /${plan.stepId}`,
    `bash -e ./${postInstallScript}`,
  ];
  return [
    {
      stage: 'post-install',
      comment: `the step's own ${postInstallScript}, compiling for ${plan.target}`,
      instructions: [formatRun(script, [...aptCacheMounts(scope), pipCacheMount(scope), ...site.mounts])],
    },
  ];
}
