import { join } from 'node:path';
import { parseGpuSpec } from '../../machine/gpu.ts';
import type { Machine } from '../../machine/machine.ts';
import { digestOf } from '../../oci/digest.ts';
import type { ResolvedBase } from '../../recipe/base-image.ts';
import { planCacheScope } from '../../recipe/caches.ts';
import { formatCanonicalJson } from '../../recipe/canonical-json.ts';
import type { BuiltCompiler } from '../../recipe/spack/built-compiler.ts';
import { findCompilerPackages } from '../../recipe/spack/compilers.ts';
import { planConcretize } from '../../recipe/spack/concretize.ts';
import { listIncluded, planSiteConfig } from '../../recipe/spack/config-files.ts';
import type { ImageScripts } from '../../recipe/spack/environment-files.ts';
import { findPythonConflicts, listPythonPackages } from '../../recipe/spack/one-python.ts';
import { paths } from '../../recipe/spack/paths.ts';
import type { SpackInput } from '../../recipe/spack/plan-spack-step.ts';
import { isLegacySpack, type SpackTools, withoutSurroundings } from '../../recipe/spack/spack-tools.ts';
import type { BuildRequest } from '../../request/build-request.ts';
import { planCompilerEnvironment } from '../../spack/compiler-environment.ts';
import { type Environment, planEnvironment } from '../../spack/environment.ts';
import { parseLock } from '../../spack/lock.ts';
import { findRuntimeNodes, gpuArchOf } from '../../spack/lock-nodes.ts';
import { formatSpec } from '../../spack/spec.ts';
import type { Step } from '../../step/step.ts';
import type { PlanOptions, PreparedEnvironment } from '../plan.ts';
import { stageCatalogue } from '../workspace.ts';
import { checkCompilers } from './check-compilers.ts';
import { checkGivenLock } from './check-given-lock.ts';
import { checkLockSystem } from './check-lock-system.ts';
import { checkTargets } from './check-targets.ts';
import { ensureToolchain, type Toolchain } from './ensure-toolchain.ts';
import { listenToSpack } from './listen-to-spack.ts';
import { readOptional, readOutput } from './read-output.ts';
import type { SpackContext } from './spack-context.ts';
import type { PreparedTools } from './spack-port.ts';

export type EnvironmentWish = {
  readonly request: BuildRequest;
  readonly step: Step;
  readonly base: ResolvedBase;
};

/**
 * Decides everything of a step's Spack environment before anything of it is built: versions, variants,
 * dependencies, and that all of it is for the machine's microarchitecture.
 */
export async function prepareEnvironment(
  { request, step, base }: EnvironmentWish,
  context: SpackContext,
): Promise<PreparedEnvironment> {
  const { deps, spack, options } = context;
  const { signal, stages } = options;
  const { machine } = request;
  const onProgress = (line: string) => stages.emit({ kind: 'log', stage: 'resolve', line, stream: 'stdout' });
  const { mountsFolders } = deps.engine;
  const prepared = await spack.prepare({ signal, onProgress, mountsFolders });
  for (const message of prepared.warnings) stages.emit({ kind: 'warning', message });
  const { tools } = prepared;
  const environment = planStepEnvironment(step, machine, prepared);
  checkCompilers(environment.compilers, machine.microarchitecture, base.suite);
  if (options.lock !== undefined) {
    checkGivenLock(options.lock, environment, machine.microarchitecture);
    await checkLockSystem(options.lock, base, { deps, options, platform: machine.platform });
  }
  const scope = planCacheScope(base, machine.platform);
  const { network } = deps.site;
  const toolchain = await ensureToolchain(
    { platform: machine.platform, base, scope, spack: tools, network },
    prepared,
    context,
  );
  const catalogueContext = await stageCatalogue(prepared.folders.catalogue, options.workspace);
  const builtCompiler = planCompiler(environment, prepared.tools, { request, step, base });
  const scripts = await spack.readScripts();
  const extras = { ...(catalogueContext && { catalogueContext }), ...(builtCompiler && { builtCompiler }) };
  const solvable = { environment, prepared, toolchain, scripts, ...extras };
  const lockText = await findLock({ request, step, base }, solvable, context);
  const lock = parseLock(lockText);
  checkTargets(lock, machine.microarchitecture);
  warnAboutPython(step, lock, stages);
  warnAboutGpu(machine, lock, stages);
  const folder = join(options.workspace.directory, 'step', step.stepId);
  const postInstall = await readOptional(folder, 'post_inst.sh');
  const input: SpackInput = {
    tools,
    yaml: environment.yaml,
    lockText,
    lock,
    compilers: environment.compilers,
    toolchain: toolchain.image,
    toolchainKey: toolchain.key,
    scripts,
    ...extras,
    viewEnvironment: {},
    ...(postInstall !== undefined && { postInstall }),
  };
  return { input, prepared, lockDigest: digestOf(lockText) };
}

function planStepEnvironment(
  { description }: Step,
  machine: Machine,
  { tools, catalogueConfig = {} }: PreparedTools,
): Environment {
  return planEnvironment({
    section: description.spack ?? {},
    machine,
    isLegacy: isLegacySpack(tools),
    view: paths.view,
    below: { include: listIncluded(tools), layers: [tools.siteConfig, catalogueConfig] },
  });
}

/** None where apt has it, and before Spack 1, which takes no packages for compilers. */
function planCompiler(
  { compilers: [spec] }: Environment,
  tools: SpackTools,
  { request, base }: EnvironmentWish,
): BuiltCompiler | undefined {
  if (spec === undefined || isLegacySpack(tools)) return undefined;
  if (findCompilerPackages(spec, base.suite).length > 0) return undefined;
  return {
    spec,
    spackYaml: planCompilerEnvironment(spec, request.machine.microarchitecture, listIncluded(tools)),
  };
}

type Solvable = {
  readonly environment: Environment;
  readonly prepared: PreparedTools;
  readonly toolchain: Toolchain;
  readonly catalogueContext?: string;
  readonly builtCompiler?: BuiltCompiler;
  readonly scripts: ImageScripts;
};

/** The lock that is asked for, or the one that the same inputs gave before, or a new one. */
async function findLock(wish: EnvironmentWish, solvable: Solvable, context: SpackContext): Promise<string> {
  const { spack, options } = context;
  const { stages } = options;
  if (options.lock !== undefined) return options.lock;
  const { environment, prepared, toolchain, builtCompiler } = solvable;
  const compilerPackages = environment.compilers.flatMap((compiler) =>
    findCompilerPackages(compiler, wish.base.suite),
  );
  const key = digestOf(
    formatCanonicalJson({
      toolchain: toolchain.key,
      yaml: environment.yaml,
      site: planSiteConfig(withoutSurroundings(prepared.tools)),
      catalogue: prepared.tools.catalogue?.treeHash ?? null,
      compilerPackages,
      ...(builtCompiler && { builtCompiler }),
    }),
  );
  const known = wish.request.force ? undefined : await spack.locks.find(key);
  if (known !== undefined) {
    stages.runCached('concretize', 'Versions of Spack packages are decided');
    return known;
  }
  const text = await solve(wish, { ...solvable, compilerPackages }, context);
  await spack.locks.record(key, text);
  return text;
}

type Problem = Solvable & { readonly compilerPackages: readonly string[] };

async function solve(
  { request, base }: EnvironmentWish,
  { environment, prepared, toolchain, compilerPackages, builtCompiler, scripts, catalogueContext }: Problem,
  context: SpackContext,
): Promise<string> {
  const { deps, options } = context;
  const { platform, microarchitecture } = request.machine;
  const recipe = planConcretize({
    platform,
    toolchain: toolchain.image,
    scope: planCacheScope(base, platform),
    tools: prepared.tools,
    spackYaml: environment.yaml,
    compilers: environment.compilers,
    compilerPackages,
    scripts: builtCompiler || prepared.tools.publicCaches.length > 0 ? scripts : {},
    ...(builtCompiler && { builtCompiler }),
    ...(catalogueContext && { catalogueContext }),
    network: deps.site.network,
  });
  const { onEvent, explain } = listenToSpack('concretize', options.stages.emit);
  try {
    // Its cache is the store of locks: what an engine remembers of it is of no use.
    const image = await deps.engine.build(recipe, { signal: options.signal, onEvent });
    const output = await readOutput(image, ['spack.lock'], { deps, options, platform });
    return (output.get('spack.lock') ?? Buffer.alloc(0)).toString();
  } catch (error) {
    throw await explain(error, {
      phase: 'concretize',
      specs: environment.specs.map(formatSpec),
      target: microarchitecture,
      prepared,
      compiler: builtCompiler?.spec,
    });
  }
}

function warnAboutPython(
  step: Step,
  lock: ReturnType<typeof parseLock>,
  stages: PlanOptions['stages'],
): void {
  const packages = listPythonPackages(findRuntimeNodes(lock));
  for (const { name, requirement, spackVersion } of findPythonConflicts(step.description.pip, packages)) {
    stages.emit({
      kind: 'warning',
      message: `pip's "${requirement}" wins over py-${name}@${spackVersion} of Spack`,
      hint: `other Spack packages were built with ${spackVersion}: leave it to one of the two`,
    });
  }
}

/** A toolkit alone does not say for which GPUs: it would lie in the image and nothing would use it. */
function warnAboutGpu(
  { gpu, gpuArch }: Machine,
  { nodes }: ReturnType<typeof parseLock>,
  stages: PlanOptions['stages'],
): void {
  if (gpu === undefined || gpuArch !== undefined || nodes.some((node) => gpuArchOf(node) !== undefined))
    return;
  const { kind } = parseGpuSpec(gpu);
  if (kind !== 'cuda' && kind !== 'rocm') return;
  const example = kind === 'cuda' ? 'cuda_arch=90' : 'amdgpu_target=gfx90a';
  stages.emit({
    kind: 'warning',
    message: `no package is compiled for GPUs: the machine's gpu "${gpu}" does not say for which`,
    hint: `write "${gpu} ${example}", with the architecture of the machine's GPUs`,
  });
}
