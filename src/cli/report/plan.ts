import type { BuildPlan } from '../../build/plan.ts';
import type { LockNode } from '../../spack/lock.ts';
import { gpuArchOf } from '../../spack/lock-nodes.ts';
import type { Paint } from '../paint.ts';
import { formatTable } from '../table.ts';

/** What `cic build --dry-run --json` prints. */
export type PlanReport = {
  readonly recipe_digest: string;
  /** Name of the image, without a registry. */
  readonly image: string;
  readonly filename: string;
  /** Of the image that is published. */
  readonly dockerfile: string;
  /** Of the image in which the Spack environment is built; null where there is only one image. */
  readonly build_dockerfile: string | null;
  readonly spack_yaml: string | null;
  /** Everything that Spack decided, dependencies first; null without a Spack environment. */
  readonly spack_packages: readonly PackageEntry[] | null;
  /** Text of `spack.lock`, for `--lock`. */
  readonly spack_lock: string | null;
  readonly base_digest: string;
  /** Commit of the workflow registry. */
  readonly commit: string | null;
};

type PackageEntry = {
  readonly name: string;
  readonly version: string;
  /** archspec name. */
  readonly target: string;
  /** Spack's own, 32 characters. */
  readonly hash: string;
  /** True where the distribution's own is used and nothing is built. */
  readonly external: boolean;
};

export function toPlanReport({ recipe, step, spack }: BuildPlan): PlanReport {
  const input = spack?.environment.input;
  return {
    recipe_digest: recipe.digest,
    image: formatName(recipe.names),
    filename: recipe.names.sifFilename,
    dockerfile: recipe.dockerfile,
    build_dockerfile: recipe.build?.dockerfile ?? null,
    spack_yaml: recipe.spackYaml ?? null,
    spack_packages: input?.lock.nodes.map(toEntry) ?? null,
    spack_lock: input?.lockText ?? null,
    base_digest: recipe.base.digest,
    commit: step?.commit ?? null,
  };
}

function toEntry({ name, version, target, hash, isExternal }: LockNode): PackageEntry {
  return { name, version, target, hash, external: isExternal };
}

/** The plan for people: files first, each under its name, then the names and the digest. */
export function formatPlan({ recipe, step, spack }: BuildPlan, paint: Paint): string {
  const rows = [
    ['image', formatName(recipe.names)],
    ['SIF', recipe.names.sifFilename],
    ['recipe', recipe.digest],
    ['base', recipe.base.digest],
    ...(step?.commit === undefined ? [] : [['commit', step.commit]]),
  ];
  const { build } = recipe;
  return [
    ...(build === undefined ? [] : formatPart('Dockerfile of the build image', build.dockerfile, paint)),
    ...formatPart(build === undefined ? 'Dockerfile' : 'Dockerfile of the image', recipe.dockerfile, paint),
    ...(recipe.spackYaml === undefined ? [] : formatPart('spack.yaml', recipe.spackYaml, paint)),
    ...(spack === undefined
      ? []
      : formatPart('Spack packages', formatPackages(spack.environment.input.lock.nodes, paint), paint)),
    ...rows.map(([name = '', value]) => `${paint.dim(name.padEnd(7))} ${value}`),
    '',
  ].join('\n');
}

function formatPart(title: string, text: string, paint: Paint): string[] {
  return [paint.bold(`# ${title}`), text.trimEnd(), ''];
}

/** What is built first; the distribution's own below. */
function formatPackages(nodes: readonly LockNode[], paint: Paint): string {
  const sorted = [
    ...nodes.filter(({ isExternal }) => !isExternal),
    ...nodes.filter(({ isExternal }) => isExternal),
  ];
  const isForGpu = nodes.some((node) => gpuArchOf(node) !== undefined);
  return formatTable(
    ['PACKAGE', 'VERSION', 'TARGET', ...(isForGpu ? ['GPU'] : []), 'COMES FROM'],
    sorted.map((node) => [
      node.name,
      node.version,
      node.target,
      ...(isForGpu ? [gpuArchOf(node) ?? '-'] : []),
      node.isExternal ? 'the distribution (external)' : 'Spack (built)',
    ]),
    paint,
  );
}

function formatName({ repository, tag }: BuildPlan['recipe']['names']): string {
  return `${repository}:${tag}`;
}
