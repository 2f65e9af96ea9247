import type { LockDependency, LockNode, SpackLock } from './lock.ts';

/** A package that would be built for another microarchitecture than the machine's. */
export type TargetViolation = Pick<LockNode, 'hash' | 'name' | 'version' | 'target'>;

/**
 * The packages that break the guarantee that all of an image is built for one microarchitecture.
 * Externals are the base image's own: they were built before.
 */
export function checkLockTargets(nodes: readonly LockNode[], microarchitecture: string): TargetViolation[] {
  return builtNodes(nodes)
    .filter(({ target }) => target !== microarchitecture)
    .map(({ hash, name, version, target }) => ({ hash, name, version, target }));
}

/** What is built or taken from a package cache, in the same order. */
export function builtNodes(nodes: readonly LockNode[]): LockNode[] {
  return nodes.filter(({ isExternal }) => !isExternal);
}

/** The GPUs that a package is compiled for, as Spack writes it: `cuda_arch=90`. */
export function gpuArchOf({ parameters }: Pick<LockNode, 'parameters'>): string | undefined {
  return ['cuda_arch', 'amdgpu_target'].flatMap((name) => {
    const values = [parameters[name] ?? 'none'].flat();
    return values.includes('none') ? [] : [`${name}=${values.join(',')}`];
  })[0];
}

/**
 * The node of this name; of several (a tool may be built a second time for building only) the one that
 * the finished software uses.
 */
export function findNode(nodes: readonly LockNode[], name: string): LockNode | undefined {
  const named = nodes.filter((node) => node.name === name);
  if (named.length < 2) return named[0];
  const used = new Set(
    nodes
      .flatMap(({ dependencies }) => dependencies)
      .filter(({ types }) => types.includes('link') || types.includes('run'))
      .map(({ hash }) => hash),
  );
  return named.find(({ hash }) => used.has(hash)) ?? named[0];
}

/** What the environment needs to run: its roots, and all that they link to or call. */
export function findRuntimeNodes({ roots, nodes }: SpackLock): LockNode[] {
  const byHash = new Map(nodes.map((node) => [node.hash, node]));
  const found = new Set<string>();
  const waiting = roots.map(({ hash }) => hash);
  for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
    if (found.has(hash)) continue;
    found.add(hash);
    const used = byHash.get(hash)?.dependencies.filter(isUsedAtRunTime) ?? [];
    waiting.push(...used.map((dependency) => dependency.hash));
  }
  return nodes.filter(({ hash }) => found.has(hash));
}

function isUsedAtRunTime({ types }: LockDependency): boolean {
  return types.includes('link') || types.includes('run');
}
