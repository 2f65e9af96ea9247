import { join } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import { findMpiMismatch } from '../machine/mpi-compatibility.ts';
import { planRecipe } from '../recipe/plan-recipe.ts';
import { planTarget } from '../recipe/target.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { Step } from '../step/step.ts';
import type { SpackInputs } from './attest-inputs.ts';
import { chooseBase } from './choose-base.ts';
import type { BuildPlan, PlanOptions, PreparedEnvironment } from './plan.ts';
import type { BuildDependencies } from './ports.ts';
import { prepareEnvironment } from './spack/prepare-environment.ts';
import type { SpackPort } from './spack/spack-port.ts';
import type { StageLog } from './stage-log.ts';
import { stageStep } from './workspace.ts';

/** Resolves the step and the base image to fixed contents and plans the recipe from them. */
export async function planBuild(
  request: BuildRequest,
  deps: BuildDependencies,
  options: PlanOptions,
): Promise<BuildPlan> {
  const { signal, stages, workspace } = options;
  warnAboutMpi(request, stages);
  const step = await stages.run('resolve', 'Resolve the step', () => resolveStep(request, deps, options));
  const base = await deps.engine.resolveBase(chooseBase(step, deps.site), request.machine.platform, {
    signal,
    onEvent: stages.emit,
    refresh: request.source.kind === 'base' && request.force,
  });
  const { target, warnings } = planTarget(request.machine, base.suite);
  if (step?.hasPostInstall) for (const warning of warnings) stages.emit({ kind: 'warning', ...warning });
  const input = {
    request,
    base,
    target,
    site: deps.site,
    ...(step && { step, stepContext: join(workspace.directory, 'step') }),
  };
  const plan = { machine: request.machine, target, ...(step && { step }) };
  if (step?.description.spack === undefined) {
    warnAboutLock(options);
    return { ...plan, recipe: planRecipe(input) };
  }
  const context = { deps, options, spack: requireSpack(deps) };
  const environment = await prepareEnvironment({ request, step, base }, context);
  const planWith = (viewEnvironment: Readonly<Record<string, string>>) =>
    planRecipe({ ...input, spack: { ...environment.input, viewEnvironment } });
  return {
    ...plan,
    recipe: planWith({}),
    spack: { environment, planWith },
    spackInputs: toSpackInputs(environment),
  };
}

function requireSpack({ spack }: BuildDependencies): SpackPort {
  if (spack !== undefined) return spack;
  throw new AppError('BUILD_SPACK_UNCONFIGURED', 'the step has a Spack environment, but there is no Spack', {
    hint: 'set spack.source in the config',
  });
}

function toSpackInputs({ prepared, lockDigest }: PreparedEnvironment): SpackInputs {
  const { tools, commits } = prepared;
  return {
    version: tools.version,
    ...(commits.spack !== undefined && { commit: commits.spack }),
    ...(commits.packages !== undefined && { packagesCommit: commits.packages }),
    ...(tools.catalogue && { catalogueTreeHash: tools.catalogue.treeHash }),
    lockDigest,
  };
}

function warnAboutMpi({ machine }: BuildRequest, stages: StageLog): void {
  const { mpi, system } = machine;
  const mismatch = mpi === undefined || system === undefined ? undefined : findMpiMismatch(mpi, system);
  if (mismatch !== undefined) stages.emit({ kind: 'warning', ...mismatch });
}

function warnAboutLock({ lock, stages }: PlanOptions): void {
  if (lock === undefined) return;
  stages.emit({ kind: 'warning', message: 'the lock is not used: the step has no Spack environment' });
}

async function resolveStep(
  request: BuildRequest,
  deps: BuildDependencies,
  { signal, stages, workspace }: PlanOptions,
): Promise<Step | undefined> {
  const { source } = request;
  if (source.kind === 'base') return undefined;
  const step = await deps.resolveStep(source, { signal });
  const context = await stageStep(step.folder, step.stepId, workspace);
  if ((await deps.hashTree(join(context, step.stepId))) !== step.treeHash) {
    throw new AppError('BUILD_STEP_CHANGED', `files in ${step.folder} changed while they were being read`, {
      hint: 'build again when nothing writes into the folder',
    });
  }
  const origin = step.commit === undefined ? step.folder : `commit ${step.commit}`;
  stages.emit({
    kind: 'log',
    stage: 'resolve',
    line: `${step.workflow}/${step.stepId} from ${origin}`,
    stream: 'stdout',
  });
  return step;
}
