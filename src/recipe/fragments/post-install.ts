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

/** Script lines around the step's own script. */
export type PostInstallSurroundings = {
  readonly before: readonly string[];
  /** In the shell that runs the script. */
  readonly environment: readonly string[];
  readonly after: readonly string[];
};

/**
 * Runs the step's own script with `bash -e` in the step's folder. What it may use beyond the files:
 * `CIC_TARGET`, `CIC_MARCH_FLAGS`, `CIC_JOBS` (parallel make jobs: the build machine's cores), apt with
 * filled package lists, and pip into the same Python as the step's packages.
 */
export function planPostInstall(plan: PostInstallPlan, scope: CacheScope, network: SiteNetwork): Fragment[] {
  return [
    {
      stage: 'post-install',
      comment: `the step's own ${postInstallScript}, compiling for ${plan.target}`,
      instructions: [planPostInstallRun({ ...plan, hasScript: true, around: nothing }, scope, network)],
    },
  ];
}

const nothing: PostInstallSurroundings = { before: [], environment: [], after: [] };

type PostInstallRun = PostInstallPlan & {
  readonly hasScript: boolean;
  readonly around: PostInstallSurroundings;
};

export function planPostInstallRun(plan: PostInstallRun, scope: CacheScope, network: SiteNetwork): string {
  const { before, environment, after } = plan.around;
  const variables = {
    CIC_TARGET: plan.target,
    CIC_MARCH_FLAGS: plan.marchFlags,
    PIP_BREAK_SYSTEM_PACKAGES: '1',
    PIP_CACHE_DIR: `${pipCache}/pip`,
  };
  const exports = Object.entries(variables).map(([name, value]) => `${name}=${quoteForShell(value)}`);
  const site = planSiteAccess(network);
  const call = [
    `export ${[...exports, 'CIC_JOBS="$(nproc)"'].join(' \\\n        ')}`,
    ...environment,
    `cd /${plan.stepId}`,
    `bash -e ./${postInstallScript}`,
  ];
  // In a subshell the script's variables do not reach what comes after it.
  const calls = environment.length === 0 ? call : [`( ${call.join(' && \\\n    ')} )`];
  const script = [
    ...site.script,
    ...enterApt(network),
    `{ ls ${aptLists}/*_Packages* >/dev/null 2>&1 || apt-get update; }`,
    ...before,
    ...(plan.hasScript ? calls : []),
    ...after,
  ];
  return formatRun(script, [aptCacheMount(scope), pipCacheMount(scope), ...site.mounts]);
}
