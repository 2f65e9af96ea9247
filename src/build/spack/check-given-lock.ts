import { AppError } from '../../errors/app-error.ts';
import type { Environment } from '../../spack/environment.ts';
import { parseLock } from '../../spack/lock.ts';
import { formatSpec } from '../../spack/spec.ts';
import { toSpecKey } from '../../spack/spec-key.ts';
import { checkTargets } from './check-targets.ts';

/**
 * Makes sure that a lock which the user gives is one of this environment, on this machine.
 *
 * @throws SPACK_LOCK_INVALID - it cannot be read
 * @throws SPACK_LOCK_MISMATCH - it has other roots; `details` has the `missing` and the `unwanted` ones
 * @throws SPACK_TARGET_WRONG - it is of another microarchitecture
 */
export function checkGivenLock(
  text: string,
  { specs, hasOtherSpecs }: Pick<Environment, 'specs' | 'hasOtherSpecs'>,
  microarchitecture: string,
): void {
  const lock = parseLock(text);
  const wanted = specs.map(formatSpec);
  const locked = lock.roots.map(({ spec }) => spec);
  const missing = withoutThose(wanted, locked);
  const unwanted = hasOtherSpecs ? [] : withoutThose(locked, wanted);
  if (missing.length > 0 || unwanted.length > 0) {
    const differences = [
      ...(missing.length > 0 ? [`it lacks ${missing.join(', ')}`] : []),
      ...(unwanted.length > 0 ? [`it has ${unwanted.join(', ')}, which the step does not ask for`] : []),
    ];
    throw new AppError(
      'SPACK_LOCK_MISMATCH',
      `the lock is of another environment than the step's: ${differences.join('; ')}`,
      {
        hint: "give the lock of an image of this very step, or build without one: the step's specs may have changed since",
        details: { missing, unwanted },
      },
    );
  }
  checkTargets(lock, microarchitecture);
}

function withoutThose(specs: readonly string[], others: readonly string[]): string[] {
  const keys = new Set(others.map(toSpecKey));
  return specs.filter((spec) => !keys.has(toSpecKey(spec)));
}
