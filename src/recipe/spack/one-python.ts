import type { LockNode } from '../../spack/lock.ts';

/** A Python package that Spack builds, under the name that pip gives it. */
export type SpackPythonPackage = { readonly name: string; readonly version: string };

/** The Python packages among what the environment runs with. @see Spack documentation, PythonPackage */
export function listPythonPackages(nodes: readonly LockNode[]): SpackPythonPackage[] {
  return nodes
    .filter(({ name, isExternal }) => name.startsWith('py-') && !isExternal)
    .map(({ name, version }) => ({ name: name.slice('py-'.length), version }));
}

export type PythonConflict = {
  readonly name: string;
  readonly spackVersion: string;
  /** As the step wrote it. */
  readonly requirement: string;
};

/**
 * Packages that the step pins with pip to another version than Spack builds: pip's wins, since its folder
 * comes first.
 *
 * @param requirements PEP 508 texts.
 */
export function findPythonConflicts(
  requirements: readonly string[],
  packages: readonly SpackPythonPackage[],
): PythonConflict[] {
  return requirements.flatMap((requirement) => {
    const [, name = '', pinned] =
      /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*===?\s*([^\s;,]+)/.exec(requirement) ?? [];
    const own = packages.find((candidate) => normalizeName(candidate.name) === normalizeName(name));
    if (own === undefined || pinned === undefined || matches(pinned, own.version)) return [];
    return [{ name: own.name, spackVersion: own.version, requirement }];
  });
}

/** What pip must not replace: Spack's packages, but for those that the step itself pins otherwise. */
export function formatConstraints(
  packages: readonly SpackPythonPackage[],
  conflicts: readonly PythonConflict[],
): string {
  const replaced = new Set(conflicts.map(({ name }) => name));
  return packages
    .filter(({ name, version }) => !replaced.has(name) && /^\d/.test(version))
    .map(({ name, version }) => `${name}==${version}\n`)
    .join('');
}

/** @see PEP 503, Normalized Names */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function matches(pinned: string, version: string): boolean {
  return pinned.endsWith('.*') ? version.startsWith(pinned.slice(0, -1)) : pinned === version;
}
