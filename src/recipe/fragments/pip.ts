import { quoteForShell } from '../../shell/quote.ts';
import { type CacheScope, pipCache, pipCacheMount } from '../caches.ts';
import { type Fragment, formatCopy, formatEnv, formatRun } from '../dockerfile.ts';
import { stepContextName } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';

/** One Python for all: a virtual environment that also sees what apt installed. */
export const pythonPrefix = '/opt/venv';

export type PipPlan = {
  readonly stepId: string;
  readonly requirements: readonly string[];
  /** Relative to the step's folder; the first one is installed, it includes the others. */
  readonly requirementsFiles: readonly string[];
};

export function usesPip(plan: PipPlan): boolean {
  return plan.requirements.length > 0 || plan.requirementsFiles.length > 0;
}

/**
 * Installs Python packages into {@link pythonPrefix}. Requirement files are copied to the place that
 * the whole step takes later, so that only their own change invalidates this layer.
 */
export function planPip(plan: PipPlan, scope: CacheScope, network: SiteNetwork): Fragment[] {
  if (!usesPip(plan)) return [];
  const { stepId, requirementsFiles } = plan;
  const copies = requirementsFiles.map((file) =>
    formatCopy([`${stepId}/${file}`], `/${stepId}/${file}`, { from: stepContextName }),
  );
  const [mainFile] = requirementsFiles;
  const wanted = mainFile === undefined ? plan.requirements : ['-r', `/${stepId}/${mainFile}`];
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    `python3 -m venv --system-site-packages ${pythonPrefix}`,
    `PIP_CACHE_DIR=${pipCache}/pip ${pythonPrefix}/bin/python3 -m pip install ${wanted.map(quoteForShell).join(' ')}`,
  ];
  return [
    {
      stage: 'pip',
      comment: `Python packages, in ${pythonPrefix}`,
      instructions: [
        ...copies,
        formatRun(script, [pipCacheMount(scope), ...site.mounts]),
        formatEnv({ PATH: `${pythonPrefix}/bin:$PATH` }),
      ],
    },
  ];
}
