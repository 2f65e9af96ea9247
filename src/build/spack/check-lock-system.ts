import { parseOsRelease } from '../../attest/inventory/os-release.ts';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Platform } from '../../oci/platform.ts';
import type { ResolvedBase } from '../../recipe/base-image.ts';
import { parseLock } from '../../spack/lock.ts';
import { formatOperatingSystem, operatingSystemOf } from '../../spack/operating-system.ts';
import { formatBaseImage } from '../../step/base-image.ts';
import { readFilesOf } from './read-output.ts';
import type { SpackContext } from './spack-context.ts';

/**
 * Makes sure that a lock which the user gives is of the base image's system: Spack would take its compilers and
 * libraries of the system from places where these are not.
 *
 * @throws SPACK_LOCK_MISMATCH - `details` has the `expected` and the `found` systems
 */
export async function checkLockSystem(
  text: string,
  base: ResolvedBase,
  context: Pick<SpackContext, 'deps' | 'options'> & { readonly platform: Platform },
): Promise<void> {
  const expected = base.suite === undefined ? await readSystem(base, context) : operatingSystemOf(base.suite);
  if (expected === undefined) return;
  const found = [...new Set(parseLock(text).nodes.map(({ os }) => os))].filter((os) => os !== expected);
  if (found.length === 0) return;
  throw new AppError(
    'SPACK_LOCK_MISMATCH',
    `the lock is for ${found.join(', ')}, but the base image ${formatBaseImage(base.base)} is ${expected}`,
    {
      hint: 'give the lock of an image with this base, build with the base that the lock was made for, or without a lock',
      details: { expected, found },
    },
  );
}

/** What an image from elsewhere says of itself; undefined where it does not. */
async function readSystem(
  base: ResolvedBase,
  context: Parameters<typeof checkLockSystem>[2],
): Promise<string | undefined> {
  const wanted = { folder: '/usr/lib', names: ['os-release'] };
  const files = await readFilesOf(base, wanted, context).catch((error) => {
    if (isAppError(error, 'ENGINE_BUILD_FAILED')) return undefined;
    throw error;
  });
  const release = parseOsRelease(files?.get('os-release')?.toString() ?? '');
  return release?.versionId === undefined ? undefined : formatOperatingSystem(release.id, release.versionId);
}
