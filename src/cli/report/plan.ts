import type { BuildPlan } from '../../build/plan.ts';
import type { Paint } from '../paint.ts';

/** What `cic build --dry-run --json` prints. */
export type PlanReport = {
  readonly recipe_digest: string;
  /** Name of the image, without a registry. */
  readonly image: string;
  readonly filename: string;
  readonly dockerfile: string;
  readonly spack_yaml: string | null;
  readonly base_digest: string;
  /** Commit of the workflow registry. */
  readonly commit: string | null;
};

export function toPlanReport({ recipe, step }: BuildPlan): PlanReport {
  return {
    recipe_digest: recipe.digest,
    image: formatName(recipe.names),
    filename: recipe.names.sifFilename,
    dockerfile: recipe.dockerfile,
    spack_yaml: recipe.spackYaml ?? null,
    base_digest: recipe.base.digest,
    commit: step?.commit ?? null,
  };
}

/** The plan for people: files first, each under its name, then the names and the digest. */
export function formatPlan({ recipe, step }: BuildPlan, paint: Paint): string {
  const rows = [
    ['image', formatName(recipe.names)],
    ['SIF', recipe.names.sifFilename],
    ['recipe', recipe.digest],
    ['base', recipe.base.digest],
    ...(step?.commit === undefined ? [] : [['commit', step.commit]]),
  ];
  return [
    paint.bold('# Dockerfile'),
    recipe.dockerfile.trimEnd(),
    '',
    ...(recipe.spackYaml === undefined ? [] : [paint.bold('# spack.yaml'), recipe.spackYaml.trimEnd(), '']),
    ...rows.map(([name = '', value]) => `${paint.dim(name.padEnd(7))} ${value}`),
    '',
  ].join('\n');
}

function formatName({ repository, tag }: BuildPlan['recipe']['names']): string {
  return `${repository}:${tag}`;
}
