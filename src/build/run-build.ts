import { randomUUID } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';
import type { BuildRequest } from '../request/build-request.ts';
import { attest } from './attest.ts';
import { buildImage } from './build-image.ts';
import { keepLock } from './keep-lock.ts';
import type { BuildRunOptions } from './options.ts';
import { planBuild } from './plan-build.ts';
import type { BuildDependencies } from './ports.ts';
import { publish } from './publish.ts';
import type { BuildResult } from './result.ts';
import { createStageLog } from './stage-log.ts';
import { createWorkspace } from './workspace.ts';

/**
 * Builds a request to the end: resolve, plan, build, test, convert, push, publish, attest.
 *
 * Names come last. Until the image is complete, converted and (where asked for) in the registry,
 * neither the local name nor the `.sif` exists or changes; a failed, cancelled or killed build leaves
 * what was published before it as it was. Lock, SBOM and provenance follow when all that is done.
 *
 * @throws the coded error of the stage that failed; CANCELLED when `signal` was aborted
 */
export async function runBuild(
  request: BuildRequest,
  deps: BuildDependencies,
  options: BuildRunOptions,
): Promise<BuildResult> {
  const { signal, onEvent } = options;
  refusePushToNowhere(request, deps);
  const run = { invocationId: randomUUID(), startedOn: deps.wallClock() };
  const stages = createStageLog(onEvent, deps.now);
  const workspace = await createWorkspace(deps.site.workDirectory);
  try {
    const planOptions = { workspace, stages, signal, lock: options.lock };
    const plan = await planBuild(request, deps, planOptions);
    await options.onPlan?.(plan);
    const noCache = options.noCache ?? request.force;
    const { image, recipe } = await buildImage(plan, { deps, plan: planOptions, noCache });
    const step = plan.step && { step: plan.step };
    const context = { request, deps, options, stages, workspace, ...step };
    const publication = await publish(image, recipe, context);
    const spackLockPath = await keepLock(plan, context);
    const attestations = await attest({ plan, image, publication, run }, context);
    return {
      ...publication.result,
      recipeDigest: plan.recipe.digest,
      ...(attestations && { attestations }),
      ...(spackLockPath !== undefined && { spackLockPath }),
      timingsMs: stages.timingsMs(),
    };
  } finally {
    await workspace.remove();
  }
}

function refusePushToNowhere(request: BuildRequest, { registry }: BuildDependencies): void {
  if (!request.push || registry !== undefined) return;
  throw new AppError('REQUEST_INVALID', 'push was asked for, but no registry is configured', {
    hint: 'set registry.prefix in the config, or build with --no-push',
  });
}
