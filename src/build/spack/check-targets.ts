import { AppError } from '../../errors/app-error.ts';
import type { SpackLock } from '../../spack/lock.ts';
import { checkLockTargets } from '../../spack/lock-nodes.ts';

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

/**
 * Compares what was installed with what was decided.
 *
 * @param targets Lines of `folder<TAB>flags`, as `spack-finish.sh` writes them.
 * @throws SPACK_TARGET_WRONG - a package was compiled with the flags of another microarchitecture
 */
export function checkInstalledTargets(targets: string, flags: string, microarchitecture: string): void {
  const march = /-m(?:arch|cpu)=(\S+)/.exec(flags)?.[1];
  if (march === undefined) return;
  const wrong = targets.split('\n').flatMap((line) => {
    const [folder = '', used = ''] = line.split('\t');
    const found = /-m(?:arch|cpu)=([^\s'"]+)/.exec(used)?.[1];
    return found === undefined || found === march ? [] : [`${folder} (-march=${found})`];
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
