import { AppError } from '../../errors/app-error.ts';
import { compilerFlags } from '../../machine/compiler-flags.ts';
import { findMicroarchitecture } from '../../machine/microarchitecture.ts';
import type { LockNode, SpackLock } from '../../spack/lock.ts';
import { builtNodes, checkLockTargets } from '../../spack/lock-nodes.ts';

/**
 * The guarantee: everything that is built is built for the machine.
 *
 * @throws SPACK_TARGET_WRONG - `details.packages` has every package with another target
 */
export function checkTargets({ nodes }: SpackLock, microarchitecture: string): void {
  const wrong = checkLockTargets(nodes, microarchitecture);
  if (wrong.length === 0) return;
  const list = wrong.map(({ name, version, target }) => `${name}@${version} (${target})`);
  throw new AppError(
    'SPACK_TARGET_WRONG',
    `Spack chose another microarchitecture than ${microarchitecture} for ${list.slice(0, 5).join(', ')}`,
    {
      hint: 'leave targets out of the step, or give the lock of this very machine',
      details: { microarchitecture, packages: list },
    },
  );
}

/** How the compilers of what is built compile for a machine, each in its own words. */
export function listTargetFlags(nodes: readonly LockNode[], microarchitecture: string): string[] {
  const target = findMicroarchitecture(microarchitecture);
  if (target === undefined) return [];
  return builtNodes(nodes).flatMap(({ compiler }) => {
    if (compiler === undefined) return [];
    const name = compiler.name === 'llvm' ? 'clang' : compiler.name;
    const found = compilerFlags(target, { name, version: compiler.version });
    return found.kind === 'flags' ? [found.flags] : [];
  });
}

/**
 * Compares what was installed with what was decided.
 *
 * @param targets Lines of `folder<TAB>flags`, as `spack-finish.sh` writes them.
 * @param flags Those that are right; none: nothing is known.
 * @throws SPACK_TARGET_WRONG - a package was compiled with the flags of another microarchitecture
 */
export function checkInstalledTargets(
  targets: string,
  flags: readonly string[],
  microarchitecture: string,
): void {
  const right = flags.flatMap((each) => readTarget(each) ?? []);
  if (right.length === 0) return;
  const wrong = targets.split('\n').flatMap((line) => {
    const [folder = '', used = ''] = line.split('\t');
    const found = readTarget(used);
    return found === undefined || right.includes(found) ? [] : [`${folder} (-march=${found})`];
  });
  if (wrong.length === 0) return;
  throw new AppError(
    'SPACK_TARGET_WRONG',
    `packages were compiled for another microarchitecture than ${microarchitecture}: ${wrong.slice(0, 5).join(', ')}`,
    {
      hint: 'the package cache of this site holds them: remove it and build again',
      details: { microarchitecture, packages: wrong },
    },
  );
}

function readTarget(flags: string): string | undefined {
  return /-m(?:arch|cpu)=([^\s'"]+)/.exec(flags)?.[1];
}
