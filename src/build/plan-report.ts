import type { LockNode } from '../spack/lock.ts';
import type { BuildPlan } from './plan.ts';

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
    image: formatImageName(recipe.names),
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

/** `repository:tag` of the image, without a registry. */
export function formatImageName({
  repository,
  tag,
}: {
  readonly repository: string;
  readonly tag: string;
}): string {
  return `${repository}:${tag}`;
}
