import { isAdministrator, type Principal } from '../../accounts/account.ts';
import { AppError } from '../../errors/app-error.ts';
import type { BuildRecord } from '../../service/build-record.ts';
import type { ApiDependencies } from '../dependencies.ts';

/**
 * A build that the caller may see in full and change: one's own, and all of them for an administrator with a
 * credential for that.
 *
 * @throws BUILD_NOT_FOUND - the same answer for a build of somebody else: ids of others are not confirmed
 */
export async function findOwnedBuild(
  id: string,
  principal: Principal,
  { builds }: Pick<ApiDependencies, 'builds'>,
): Promise<BuildRecord> {
  const build = await builds.find(id);
  if (build !== undefined && (isAdministrator(principal) || (await builds.isOwner(id, principal.user.id))))
    return build;
  throw new AppError('BUILD_NOT_FOUND', `you have no build ${id}`);
}
