import { AppError } from '../../errors/app-error.ts';
import { parseGitAddress } from '../../git/address.ts';
import { maskCredentials } from '../../git/git.ts';
import { obtainFromGit, type Repository } from './git-source.ts';
import { isBareRepository, isComplete, isFile, useFolder } from './local-source.ts';
import type { LocatedSource, SourceWish } from './source-kind.ts';
import type { SourceOptions } from './source-options.ts';
import { unpackSource } from './tarball-source.ts';

/** How a source is got at. */
export type SourceAccess =
  | { readonly kind: 'git'; readonly repository: Repository }
  | { readonly kind: 'tarball'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

/**
 * Brings a source onto this machine: from git, unpacked from a tarball, or in the folder where it is.
 *
 * @throws SPACK_UNAVAILABLE - not there, out of reach, or not what it should be
 */
export async function locateSource(wish: SourceWish, options: SourceOptions): Promise<LocatedSource> {
  const access = await findAccess(wish);
  if (access.kind === 'git') return obtainFromGit(wish, access.repository, options);
  if (access.kind === 'tarball') return unpackSource(access.path, wish.kind, options);
  return useFolder(access.path, wish.kind, options);
}

/** @throws SPACK_UNAVAILABLE - the address is refused */
export async function findAccess({ kind, origin }: SourceWish): Promise<SourceAccess> {
  const address = parseGitAddress(origin.source);
  if (address.kind === 'refused') {
    const shown = maskCredentials(origin.source);
    throw new AppError(
      'SPACK_UNAVAILABLE',
      `${shown} is refused as the source of ${kind.title}: ${address.reason}`,
      {
        hint: 'use https://…, ssh://…, user@host:path, or the path of a folder, repository or tarball',
      },
    );
  }
  if (address.kind === 'remote') return { kind: 'git', repository: address };
  const { path } = address;
  if (await isFile(path)) return { kind: 'tarball', path };
  const isMirror = !(await isComplete(path, kind)) && (await isBareRepository(path));
  return isMirror ? { kind: 'git', repository: { url: path } } : { kind: 'folder', path };
}
