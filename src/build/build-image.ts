import type { BuiltImage } from '../engine/port.ts';
import type { ImageRecipe, Recipe } from '../recipe/recipe.ts';
import { contextNames } from '../recipe/spack/paths.ts';
import type { BuildPlan, PlanOptions } from './plan.ts';
import type { BuildDependencies } from './ports.ts';
import { checkInstalledTargets, listTargetFlags } from './spack/check-targets.ts';
import { followInstall } from './spack/follow-install.ts';
import { listenToSpack } from './spack/listen-to-spack.ts';
import { readOutput } from './spack/read-output.ts';

export type BuildImageContext = {
  readonly deps: BuildDependencies;
  readonly plan: PlanOptions;
  readonly noCache: boolean;
};

export type BuiltRecipe = { readonly image: BuiltImage; readonly recipe: Recipe };

/**
 * Builds a plan's image. Where it has a Spack environment everything is built in another image first: what
 * the view's packages set is known only then.
 */
export async function buildImage(plan: BuildPlan, context: BuildImageContext): Promise<BuiltRecipe> {
  const { recipe, spack } = plan;
  const { deps, noCache } = context;
  const { signal, stages } = context.plan;
  const call = { signal, onEvent: stages.emit, noCache };
  if (spack === undefined) return { image: await deps.engine.build(recipe, call), recipe };
  const built = await buildEnvironment(recipe.build ?? recipe, plan, context);
  const { platform, microarchitecture } = plan.machine;
  const place = { deps, options: context.plan, platform };
  const output = await readOutput(built, ['environment', 'targets'], place);
  const flags = listTargetFlags(spack.environment.input.lock.nodes, microarchitecture);
  checkInstalledTargets(textOf(output.get('targets')), flags, microarchitecture);
  const final = spack.planWith(parseEnvironment(textOf(output.get('environment'))));
  const images = final.build && { [contextNames.build]: await deps.engine.pin(built, { signal }) };
  const image = await deps.engine.build({ ...final, ...(images && { images }) }, call);
  return { image, recipe: final };
}

async function buildEnvironment(
  recipe: ImageRecipe,
  { machine, spack }: BuildPlan,
  { deps, plan, noCache }: BuildImageContext,
): Promise<BuiltImage> {
  const { signal, stages } = plan;
  const nodes = spack?.environment.input.lock.nodes ?? [];
  const known = (await deps.spack?.times.read()) ?? new Map();
  const progress = followInstall(nodes, known, stages.emit);
  const { onEvent, explain } = listenToSpack('spack', progress.onEvent);
  try {
    return await deps.engine.build(recipe, { signal, onEvent, noCache });
  } catch (error) {
    if (spack === undefined) throw error;
    const { prepared, input } = spack.environment;
    const target = machine.microarchitecture;
    const compiler = input.builtCompiler?.spec;
    throw await explain(error, { phase: 'install', target, prepared, packages: nodes, compiler });
  } finally {
    if (progress.times.size > 0) await deps.spack?.times.record(progress.times);
  }
}

/** `NAME=value`, each ended by a zero byte, as `env -0` prints them. */
function parseEnvironment(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\0')
      .filter((pair) => pair.includes('='))
      .map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

function textOf(content: Buffer | undefined): string {
  return content?.toString() ?? '';
}
