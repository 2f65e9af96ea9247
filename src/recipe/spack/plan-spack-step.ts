import type { Digest } from '../../oci/digest.ts';
import type { Platform } from '../../oci/platform.ts';
import type { LockNode, SpackLock } from '../../spack/lock.ts';
import { builtNodes, findRuntimeNodes } from '../../spack/lock-nodes.ts';
import type { Step } from '../../step/step.ts';
import { baseContextName, type ResolvedBase } from '../base-image.ts';
import type { CacheScope } from '../caches.ts';
import { type Fragment, formatEnv, formatLiteralEnv } from '../dockerfile.ts';
import { type PipPlan, pythonPrefix, usesPip } from '../fragments/pip.ts';
import { toImageRecipe } from '../image-recipe.ts';
import type { GeneratedFile, ImageRecipe } from '../recipe.ts';
import type { SiteNetwork } from '../site-network.ts';
import type { BuildTarget } from '../target.ts';
import { type BuildImageInput, planBuildImage } from './build-image.ts';
import type { BuiltCompiler } from './built-compiler.ts';
import { findCompilerPackages, isBuildTool } from './compilers.ts';
import type { ImageScripts } from './environment-files.ts';
import { type FinalImageInput, planFinalImage } from './final-image.ts';
import { planWritableFolders } from './mounts.ts';
import { findPythonConflicts, formatConstraints, listPythonPackages } from './one-python.ts';
import { contextNames, paths } from './paths.ts';
import type { SpackTools } from './spack-tools.ts';
import { findProgramPackages } from './toolchain.ts';

/** A step's Spack environment, with everything decided. */
export type SpackInput = {
  readonly tools: SpackTools;
  /** Text of `spack.yaml`. */
  readonly yaml: string;
  /** Text of `spack.lock`, and what it says. */
  readonly lockText: string;
  readonly lock: SpackLock;
  /** Compilers that the step asks for: `gcc@13`. */
  readonly compilers: readonly string[];
  /** The one of them that Spack builds. */
  readonly builtCompiler?: BuiltCompiler;
  readonly toolchain: ResolvedBase;
  /** Identity of what makes the toolchain image. */
  readonly toolchainKey: Digest;
  readonly scripts: ImageScripts;
  /** Absolute path of the folder that holds `catalogue/`. */
  readonly catalogueContext?: string;
  /** What `spack env activate` sets in the view; empty before it is built. */
  readonly viewEnvironment: Readonly<Record<string, string>>;
  /** Text of the step's `post_inst.sh`. */
  readonly postInstall?: string;
};

export type SpackStepInput = {
  readonly step: Step;
  readonly pip: PipPlan;
  readonly platform: Platform;
  readonly base: ResolvedBase;
  readonly scope: CacheScope;
  readonly target: BuildTarget;
  readonly contexts: Readonly<Record<string, string>>;
  readonly network: SiteNetwork;
  readonly spack: SpackInput;
};

export type SpackStepPlan = {
  readonly base: ResolvedBase;
  readonly fragments: readonly Fragment[];
  readonly generatedFiles: readonly GeneratedFile[];
  readonly contexts: Readonly<Record<string, string>>;
  readonly build?: ImageRecipe;
};

/**
 * A step with a Spack environment: an image in which everything is built, and the final one with what
 * runs. With `keep_build_tools` the first one is the final one.
 */
export function planSpackStep(input: SpackStepInput): SpackStepPlan {
  const { step, base, spack, network, scope, pip, contexts } = input;
  const parts = planBuildImage(toBuildInput(input));
  const end = [planPath(input), ...planViewVariables(input)];
  if (step.description.keepBuildTools)
    return { ...parts, base: spack.toolchain, fragments: [...parts.fragments, ...end] };
  const { fragments, generatedFiles, contexts: buildContexts } = parts;
  const { platform } = input;
  const build = toImageRecipe(
    {
      platform,
      base: spack.toolchain,
      contexts: buildContexts,
      writableFolders: planWritableFolders(spack.tools),
    },
    fragments,
    generatedFiles,
  );
  const runtime = findRuntimeNodes(spack.lock);
  const final = planFinalImage({
    build,
    toolchainKey: spack.toolchainKey,
    treeHash: step.treeHash,
    hasPostInstall: spack.postInstall !== undefined,
    scope,
    network,
    stepId: step.stepId,
    aptPackages: planRuntimeApt(step, pip, runtime),
    pip,
    ...planSoftware(spack.lock, runtime),
  });
  const start: Fragment = {
    stage: 'base',
    comment: 'the base image',
    instructions: [`FROM ${baseContextName}`],
  };
  return {
    base,
    fragments: [start, ...final, ...end],
    generatedFiles: [],
    contexts,
    build,
  };
}

function toBuildInput(input: SpackStepInput): BuildImageInput {
  const { step, pip, base, scope, target, contexts, network, spack } = input;
  const { tools, yaml, lockText, scripts, catalogueContext, postInstall, builtCompiler } = spack;
  const packages = listPythonPackages(findRuntimeNodes(spack.lock));
  const compilers = spack.compilers.flatMap((compiler) => findCompilerPackages(compiler, base.suite));
  return {
    scope,
    tools,
    spackYaml: yaml,
    lock: lockText,
    scripts,
    aptPackages: [...new Set([...step.description.apt, ...compilers])],
    ...(builtCompiler && { builtCompiler }),
    pip,
    pipConstraints: formatConstraints(packages, findPythonConflicts(step.description.pip, packages)),
    target,
    stepId: step.stepId,
    ...(postInstall !== undefined && { postInstall }),
    contexts: {
      ...contexts,
      ...(catalogueContext !== undefined && { [contextNames.catalogue]: catalogueContext }),
    },
    network,
  };
}

/** The step's packages but for compilers and build tools, and the programs that Spack took from the distribution. */
function planRuntimeApt(step: Step, pip: PipPlan, runtime: readonly LockNode[]): string[] {
  const own = step.description.apt.filter((name) => !isBuildTool(name));
  const hasOwnPython = runtime.some(({ name, isExternal }) => name === 'python' && !isExternal);
  const forPip = usesPip(pip) && !hasOwnPython ? ['python3'] : [];
  return [...new Set([...own, ...forPip, ...findProgramPackages(runtime)])];
}

/**
 * CUDA is one package with all its compilers and profilers, several GB that nothing uses at run time. A step that names
 * it wants it as it is.
 */
function planSoftware(
  { roots }: SpackLock,
  runtime: readonly LockNode[],
): Pick<FinalImageInput, 'prefixes' | 'toolkits'> {
  const installed = builtNodes(runtime);
  const toolkits = installed.filter(
    ({ name, hash }) => name === 'cuda' && !roots.some((root) => root.hash === hash),
  );
  const others = installed.filter((node) => !toolkits.includes(node));
  return { prefixes: others.map(toPrefix).sort(), toolkits: toolkits.map(toPrefix).sort() };
}

/** As the projection in the configuration of the toolchain has it. */
function toPrefix({ name, version, hash }: LockNode): string {
  return `${name}-${version}-${hash}`;
}

function planPath({ pip }: SpackStepInput): Fragment {
  const folders = [...(usesPip(pip) ? [`${pythonPrefix}/bin`] : []), `${paths.view}/bin`];
  return {
    stage: 'finish',
    comment: 'programs of the view are found',
    instructions: [formatEnv({ PATH: `${folders.join(':')}:$PATH` })],
  };
}

/** PATH is set above. Python takes what pip installed before what is in the view, whichever interpreter it is. */
function planViewVariables({ pip, spack }: SpackStepInput): Fragment[] {
  const { PATH: _path, PYTHONPATH: pythonPath, ...others } = spack.viewEnvironment;
  const variables = {
    ...others,
    ...(pythonPath !== undefined && { PYTHONPATH: usesPip(pip) ? preferPip(pythonPath) : pythonPath }),
  };
  if (Object.keys(variables).length === 0) return [];
  return [{ stage: 'finish', comment: 'what the packages set', instructions: [formatLiteralEnv(variables)] }];
}

function preferPip(pythonPath: string): string {
  const folders = pythonPath.split(':').filter((folder) => folder.startsWith(`${paths.view}/lib/python`));
  const own = folders.map((folder) => `${pythonPrefix}${folder.slice(paths.view.length)}`);
  return [...own, pythonPath].join(':');
}
