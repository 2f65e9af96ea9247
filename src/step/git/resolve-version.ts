import { AppError, isAppError } from '../../errors/app-error.ts';
import { findNearestName } from '../../errors/nearest-name.ts';
import type { GitOptions } from '../../git/git.ts';
import { findRef, hintMissingRef } from '../../git/refs.ts';
import { toRegistryError } from './registry-error.ts';

/**
 * Asks the registry which commit a version is: its default branch for `latest`, else a branch or, where
 * there is none of that name, a tag.
 *
 * @throws STEP_VERSION_NOT_FOUND - no such branch or tag
 * @throws STEP_REGISTRY_UNREACHABLE - git could not ask
 */
export async function resolveVersion(url: string, version: string, options: GitOptions): Promise<string> {
  const found = await findRef(url, version, options).catch((error) => {
    throw toRegistryError(error, url);
  });
  if (found.kind === 'commit') return found.commit;
  throw toMissingError(url, version, found.names);
}

function toMissingError(url: string, version: string, names: readonly string[]): AppError {
  if (version === 'latest') {
    return new AppError(
      'STEP_VERSION_NOT_FOUND',
      `the workflow registry ${url} has no commits on its default branch`,
    );
  }
  const nearest = findNearestName(version, names);
  return new AppError(
    'STEP_VERSION_NOT_FOUND',
    `the workflow registry ${url} has no branch or tag "${version}"`,
    {
      hint: hintMissingRef(version, names, nearest),
      details: { version, ...(nearest !== undefined && { nearest }) },
    },
  );
}

/** True for the failure of a fetch because the server does not have the commit. */
export function isUnknownCommit(error: unknown): boolean {
  return (
    isAppError(error, 'EXEC_FAILED') &&
    /not our ref|couldn't find remote ref|no such remote ref/i.test(error.message)
  );
}
