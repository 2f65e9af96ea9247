import type { BuildRequest } from '../request/build-request.ts';
import { parsePathExtension } from '../step/environment-variable.ts';
import type { Step } from '../step/step.ts';
import { baseContextName, type ResolvedBase } from './base-image.ts';
import { planCacheScope } from './caches.ts';
import type { Fragment } from './dockerfile.ts';
import { planApt } from './fragments/apt.ts';
import { planEnvironment } from './fragments/environment.ts';
import { planFinish, planProfileScript } from './fragments/finish.ts';
import { type PipPlan, planPip, pythonPrefix, usesPip } from './fragments/pip.ts';
import { planPostInstall } from './fragments/post-install.ts';
import { planStepFiles } from './fragments/step-files.ts';
import { toImageRecipe } from './image-recipe.ts';
import { planLabels } from './labels.ts';
import { planImageNames } from './names.ts';
import { type GeneratedFile, type ImageRecipe, type Recipe, stepContextName } from './recipe.ts';
import { digestRecipe } from './recipe-digest.ts';
import type { SiteNetwork } from './site-network.ts';
import { paths } from './spack/paths.ts';
import { planSpackStep, type SpackInput } from './spack/plan-spack-step.ts';
import { withoutSurroundings } from './spack/spack-tools.ts';
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
  /** Where the step has a Spack environment. */
  readonly spack?: SpackInput;
};

/** Plans everything that is to be built. Pure: the same input gives the same recipe. */
export function planRecipe(input: PlanInput): Recipe {
  const { request, base, step, spack } = input;
  const { platform } = request.machine;
  const generatedFiles = planGeneratedFiles(step, spack);
  const names = planImageNames(request, input.site);
  const plainInput = spack && { ...input, spack: { ...spack, tools: withoutSurroundings(spack.tools) } };
  const plain = planImage(plainInput ?? input, generatedFiles, { labels: {}, network: noNetwork });
  const digest = digestRecipe({
    platform,
    base,
    fragments: plain.fragments,
    generatedFiles: plain.generatedFiles,
    ...(plain.build && spack && { build: { recipe: plain.build, toolchainKey: spack.toolchainKey } }),
    ...(step && { stepTreeHash: step.treeHash }),
  });
  const { toolVersion, network } = input.site;
  const labels = planLabels({ request, base, names, digest, toolVersion, ...(step && { step }) });
  const image = planImage(input, generatedFiles, { labels, network });
  return {
    ...toImageRecipe(
      { platform, base: image.base, contexts: image.contexts },
      image.fragments,
      image.generatedFiles,
    ),
    ...(image.build && { build: image.build }),
    ...(spack && { spackYaml: spack.yaml }),
    names,
    digest,
  };
}

/** How a site reaches the network does not change what is built, so the digest is taken without it. */
const noNetwork: SiteNetwork = { hasCaBundle: false, hasAptAuth: false };

type Surroundings = { readonly labels: Readonly<Record<string, string>>; readonly network: SiteNetwork };

/** What becomes of the step, in one image or with another one that is built before. */
type PlannedImage = {
  readonly base: ResolvedBase;
  readonly fragments: readonly Fragment[];
  readonly generatedFiles: readonly GeneratedFile[];
  readonly contexts: Readonly<Record<string, string>>;
  readonly build?: ImageRecipe;
};

function planImage(
  input: PlanInput,
  files: readonly GeneratedFile[],
  { labels, network }: Surroundings,
): PlannedImage {
  const { step, spack, base } = input;
  const contexts = planContexts(input);
  const end = [...planEnvironment(step?.description.env ?? {}), ...planFinish(labels, files)];
  if (step === undefined || spack === undefined) {
    const fragments = [...planBase(), ...(step === undefined ? [] : planStep(step, input, network)), ...end];
    return { base, fragments, generatedFiles: files, contexts };
  }
  const { request, target } = input;
  const scope = planCacheScope(base, request.machine.platform);
  const pip = planPipInstall(step);
  const { platform } = request.machine;
  const planned = planSpackStep({ step, pip, platform, base, scope, target, contexts, network, spack });
  return {
    ...planned,
    fragments: [...planned.fragments, ...end],
    generatedFiles: [...planned.generatedFiles, ...files],
  };
}

function planBase(): Fragment[] {
  return [{ stage: 'base', comment: 'the base image', instructions: [`FROM ${baseContextName}`] }];
}

/** In the order of how often each part changes, the most stable first. */
function planStep(step: Step, { base, request, target }: PlanInput, network: SiteNetwork): Fragment[] {
  const scope = planCacheScope(base, request.machine.platform);
  const pip = planPipInstall(step);
  const python = usesPip(pip) ? ['python3', 'python3-venv'] : [];
  const apt = [...new Set([...step.description.apt, ...python])];
  return [
    ...planApt(apt, scope, network),
    ...planPip(pip, scope, network),
    ...planStepFiles(step.stepId),
    ...(step.hasPostInstall ? planPostInstall({ stepId: step.stepId, ...target }, scope, network) : []),
  ];
}

function planPipInstall({ stepId, description }: Step): PipPlan {
  return { stepId, requirements: description.pip, requirementsFiles: description.requirementsFiles };
}

function planGeneratedFiles(step: Step | undefined, spack: SpackInput | undefined): GeneratedFile[] {
  if (step === undefined) return [];
  const { PATH: path = '$PATH' } = step.description.env ?? {};
  const { before, after } = parsePathExtension(path);
  const own = [
    ...(usesPip(planPipInstall(step)) ? [`${pythonPrefix}/bin`] : []),
    ...(spack === undefined ? [] : [`${paths.view}/bin`]),
  ];
  return planProfileScript({ before: [...before, ...own], after });
}

function planContexts({ stepContext }: PlanInput): Record<string, string> {
  return stepContext === undefined ? {} : { [stepContextName]: stepContext };
}
