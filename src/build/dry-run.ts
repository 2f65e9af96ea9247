import type { BuildRequest } from '../request/build-request.ts';
import type { BuildRunOptions } from './options.ts';
import type { BuildPlan } from './plan.ts';
import { planBuild } from './plan-build.ts';
import type { BuildDependencies } from './ports.ts';
import { createStageLog } from './stage-log.ts';
import { createWorkspace } from './workspace.ts';

/**
 * Plans a build without building it. The base image is made or pulled when it is missing: the recipe's
 * digest names its content.
 */
export async function dryRun(
  request: BuildRequest,
  deps: BuildDependencies,
  { signal, onEvent, lock }: Pick<BuildRunOptions, 'signal' | 'onEvent' | 'lock'>,
): Promise<BuildPlan> {
  const workspace = await createWorkspace(deps.site.workDirectory);
  try {
    return await planBuild(request, deps, {
      workspace,
      stages: createStageLog(onEvent, deps.now),
      signal,
      lock,
    });
  } finally {
    await workspace.remove();
  }
}
