import type { BuildRequest } from '../request/build-request.ts';
import { parsePathExtension } from '../step/environment-variable.ts';
import type { Step } from '../step/step.ts';
import { baseContextName, type ResolvedBase } from './base-image.ts';
import type { CacheScope } from './caches.ts';
import { type Fragment, formatDockerfile, toInstructions } from './dockerfile.ts';
import { planApt } from './fragments/apt.ts';
import { planEnvironment } from './fragments/environment.ts';
import { planFinish, planProfileScript } from './fragments/finish.ts';
import { type PipPlan, planPip, pythonPrefix, usesPip } from './fragments/pip.ts';
import { planPostInstall } from './fragments/post-install.ts';
import { planSpack, spackView, spackYamlFile } from './fragments/spack.ts';
import { planStepFiles } from './fragments/step-files.ts';
import { planLabels } from './labels.ts';
import { planImageNames } from './names.ts';
import { type GeneratedFile, type Recipe, spackContextName, stepContextName } from './recipe.ts';
import { digestRecipe } from './recipe-digest.ts';
import type { SiteNetwork } from './site-network.ts';
import { renderSpackYaml } from './spack-environment.ts';
import type { BuildTarget } from './target.ts';

export type PlanInput = {
  readonly request: BuildRequest;
  /** Absent for the base image itself (`BASE`/`BASE`). */
  readonly step?: Step;
  readonly base: ResolvedBase;
  readonly target: BuildTarget;
  readonly site: {
    /** Put before the image's name: `team/` or nothing. */
    readonly imagesPrefix: string;
    /** Version of CIC, for the labels. */
    readonly toolVersion: string;
    readonly network: SiteNetwork;
  };
  /** Absolute path of the folder that holds the step's folder. */
  readonly stepContext?: string;
  /** Absolute path of a Spack checkout. */
  readonly spackContext?: string;
};

/** Plans everything that is to be built. Pure: the same input gives the same recipe. */
export function planRecipe(input: PlanInput): Recipe {
  const { request, base, step } = input;
  const { platform } = request.machine;
  const spackYaml = step?.description.spack && renderSpackYaml(step.description.spack, request.machine);
  const generatedFiles = planGeneratedFiles(step, spackYaml);
  const names = planImageNames(request, input.site);
  const digest = digestRecipe({
    platform,
    base,
    fragments: planFragments(input, generatedFiles, { labels: {}, network: noNetwork }),
    generatedFiles,
    ...(step && { stepTreeHash: step.treeHash }),
  });
  const { toolVersion, network } = input.site;
  const labels = planLabels({ request, base, names, digest, toolVersion, ...(step && { step }) });
  const fragments = planFragments(input, generatedFiles, { labels, network });
  return {
    platform,
    base,
    instructions: toInstructions(fragments),
    dockerfile: formatDockerfile(fragments),
    ...(spackYaml !== undefined && { spackYaml }),
    generatedFiles,
    contexts: planContexts(input),
    names,
    digest,
  };
}

/** How a site reaches the network does not change what is built, so the digest is taken without it. */
const noNetwork: SiteNetwork = { hasCaBundle: false, hasAptAuth: false };

type Surroundings = { readonly labels: Readonly<Record<string, string>>; readonly network: SiteNetwork };

function planFragments(
  input: PlanInput,
  files: readonly GeneratedFile[],
  { labels, network }: Surroundings,
): Fragment[] {
  const { step } = input;
  return [
    ...planBase(),
    ...(step === undefined ? [] : planStep(step, input, network)),
    ...planFinish(labels, files.filter(isProfileScript)),
  ];
}

function planBase(): Fragment[] {
  return [{ stage: 'base', comment: 'the base image', instructions: [`FROM ${baseContextName}`] }];
}

/** In the order of how often each part changes, the most stable first. */
function planStep(step: Step, { base, request, target }: PlanInput, network: SiteNetwork): Fragment[] {
  const scope = planCacheScope(base, request);
  const pip = planPipInstall(step);
  const python = usesPip(pip) ? ['python3', 'python3-venv'] : [];
  const apt = [...new Set([...step.description.apt, ...python])];
  return [
    ...planApt(apt, scope, network),
    ...(step.description.spack === undefined ? [] : planSpack(network)),
    ...planPip(pip, scope, network),
    ...planStepFiles(step.stepId),
    ...(step.hasPostInstall ? planPostInstall({ stepId: step.stepId, ...target }, scope, network) : []),
    ...planEnvironment(step.description.env ?? {}),
  ];
}

function planPipInstall({ stepId, description }: Step): PipPlan {
  return { stepId, requirements: description.pip, requirementsFiles: description.requirementsFiles };
}

function planCacheScope(base: ResolvedBase, request: BuildRequest): CacheScope {
  const digestPrefix = base.digest.slice('sha256:'.length).slice(0, 12);
  return { base: base.suite ?? digestPrefix, architecture: request.machine.platform.architecture };
}

function planGeneratedFiles(step: Step | undefined, spackYaml: string | undefined): GeneratedFile[] {
  if (step === undefined) return [];
  const { PATH: path = '$PATH' } = step.description.env ?? {};
  const { before, after } = parsePathExtension(path);
  const own = [
    ...(usesPip(planPipInstall(step)) ? [`${pythonPrefix}/bin`] : []),
    ...(spackYaml === undefined ? [] : [`${spackView}/bin`]),
  ];
  const spack = spackYaml === undefined ? [] : [{ path: spackYamlFile, content: spackYaml }];
  return [...spack, ...planProfileScript({ before: [...before, ...own], after })];
}

function isProfileScript(file: GeneratedFile): boolean {
  return file.path.endsWith('.sh');
}

function planContexts({ stepContext, spackContext, step }: PlanInput): Record<string, string> {
  return {
    ...(stepContext !== undefined && { [stepContextName]: stepContext }),
    ...(spackContext !== undefined && step?.description.spack && { [spackContextName]: spackContext }),
  };
}
