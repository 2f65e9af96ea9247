import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import { quoteForShell } from '../../shell/quote.ts';
import { enterApt } from '../apt-environment.ts';
import { aptCacheMount, type CacheScope } from '../caches.ts';
import { formatCanonicalJson } from '../canonical-json.ts';
import { type Fragment, formatRun, type Mount } from '../dockerfile.ts';
import { planAptInstall } from '../fragments/apt.ts';
import { type PipPlan, pythonPrefix, usesPip } from '../fragments/pip.ts';
import { planStepFiles } from '../fragments/step-files.ts';
import type { ImageRecipe, RecipeStageId } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import { constraintsFile } from './build-image.ts';
import { contextNames, paths } from './paths.ts';

export type FinalImageInput = {
  /** The recipe of the image in which everything was built. */
  readonly build: ImageRecipe;
  /** Identity of the image that it starts from. */
  readonly toolchainKey: Digest;
  /** Of the step's files. */
  readonly treeHash: Digest;
  readonly hasPostInstall: boolean;
  readonly scope: CacheScope;
  readonly network: SiteNetwork;
  readonly stepId: string;
  /** The step's apt packages but for its build tools. */
  readonly aptPackages: readonly string[];
  readonly pip: PipPlan;
  /** Folders below {@link paths.software} of what the environment runs with. */
  readonly prefixes: readonly string[];
  /** Such folders that hold a GPU toolkit, of which only a part runs. */
  readonly toolkits: readonly string[];
};

const mounted = '/run/cic-build';

/**
 * The image that is published: the base, what the step needs at run time, and what it did itself; no
 * compilers, no build trees, no Spack.
 *
 * Files come over a mount, which no engine takes into its cache key: each RUN bears the digest of what it
 * takes instead.
 */
export function planFinalImage(input: FinalImageInput): Fragment[] {
  const { scope, network, stepId, pip } = input;
  return [
    ...planRuntimePackages(input).map((fragment) => ({ ...fragment, stage: 'slim' as const })),
    planSoftware(input, keyOf(input, 'spack')),
    ...(usesPip(pip) ? [planPython(keyOf(input, 'pip'))] : []),
    ...planStepFiles(stepId).map((fragment) => ({ ...fragment, stage: 'slim' as const })),
    planChanges(keyOf(input, 'post-install'), scope, network),
  ];
}

const buildMount: Mount = { type: 'bind', from: contextNames.build, target: mounted };

const installRuntime = 'install-runtime.sh';

/** Packages with headers bring compilers with them: in their place comes what they need at run time. */
function planRuntimePackages({ build, scope, network, aptPackages }: FinalImageInput): Fragment[] {
  if (aptPackages.length === 0) return [];
  const script = build.generatedFiles.find(({ path }) => path.endsWith(`/${installRuntime}`));
  const commands = [
    `: ${digestHex(digestOf(script?.content ?? ''))}`,
    `sh ${mounted}${paths.scripts}/${installRuntime} ${aptPackages.map(quoteForShell).join(' ')}`,
  ];
  return planAptInstall(commands, { scope, network, mounts: [buildMount] });
}

function planSoftware({ prefixes, toolkits }: FinalImageInput, key: string): Fragment {
  const script = [
    `: ${key}`,
    `mkdir -p ${paths.software}`,
    ...chunk(prefixes, 20).map(
      (some) =>
        `(cd ${mounted}${paths.software} && cp -a ${some.map(quoteForShell).join(' ')} ${paths.software}/)`,
    ),
    `cp -a ${mounted}${paths.view} ${paths.view}`,
    `{ test ! -d ${mounted}/opt/._view || cp -a ${mounted}/opt/._view /opt/; }`,
    ...toolkits.map((toolkit) => {
      const folder = quoteForShell(`${paths.software}/${toolkit}`);
      return `sh ${mounted}${paths.scripts}/copy-toolkit.sh ${mounted}${folder} ${folder} ${paths.view}`;
    }),
  ];
  return {
    stage: 'slim',
    comment: 'what the environment runs with, and its view',
    instructions: [formatRun(script, [buildMount])],
  };
}

function planPython(key: string): Fragment {
  return {
    stage: 'slim',
    comment: 'the Python packages',
    instructions: [formatRun([`: ${key}`, `cp -a ${mounted}${pythonPrefix} ${pythonPrefix}`], [buildMount])],
  };
}

function planChanges(key: string, scope: CacheScope, network: SiteNetwork): Fragment {
  const site = planSiteAccess(network);
  const out = `${mounted}${paths.out}`;
  const script = [
    `: ${key}`,
    ...site.script,
    ...enterApt(network),
    `sh ${out}/apply.sh ${out}`,
    `sh ${out}/check-libraries.sh ${out} ${paths.software} ${paths.view} ${pythonPrefix}`,
  ];
  return {
    stage: 'check',
    comment: 'what post_inst.sh did; libraries from apt; nothing is missing',
    instructions: [formatRun(script, [buildMount, aptCacheMount(scope), ...site.mounts])],
  };
}

/** Stages of the build in their order. */
const buildStages = ['apt', 'spack', 'pip', 'step', 'post-install'] as const;
type BuildStage = (typeof buildStages)[number];

/**
 * Identity of what a build has made up to a stage. Where there is a `post_inst.sh` it is that of the whole
 * build: a script may have written into whatever was there before it.
 */
function keyOf(input: FinalImageInput, stage: BuildStage): string {
  const { build, toolchainKey, treeHash, pip, hasPostInstall } = input;
  const last = buildStages.indexOf(hasPostInstall ? 'post-install' : stage);
  const stages: readonly RecipeStageId[] = buildStages.slice(0, last + 1);
  const hasPip = stages.includes('pip');
  const readsStep = stages.includes('step') || (hasPip && pip.requirementsFiles.length > 0);
  const digest = digestOf(
    formatCanonicalJson({
      toolchainKey,
      step: readsStep ? treeHash : null,
      instructions: build.instructions.filter((instruction) => stages.includes(instruction.stage)),
      files: build.generatedFiles.filter(({ path }) => hasPip || path !== constraintsFile),
    }),
  );
  return digestHex(digest).slice(0, 32);
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
