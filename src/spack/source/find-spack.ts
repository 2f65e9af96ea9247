import { isAppError } from '../../errors/app-error.ts';
import { maskCredentials } from '../../git/git.ts';
import { planGitFolder } from './git-source.ts';
import { isComplete } from './local-source.ts';
import { findAccess } from './locate-source.ts';
import { packagesKind, spackKind } from './prepare-spack.ts';
import type { SpackSettings } from './settings.ts';
import type { SourceWish } from './source-kind.ts';
import type { SourceOptions } from './source-options.ts';
import { readSpackVersion } from './spack-version.ts';

/** Where something of Spack would be taken from. */
export type FoundSource = {
  /** Address, without credentials. */
  readonly source: string;
  /** Branch, tag or commit that the configuration asks for. */
  readonly wanted: string;
  /** Absolute path of the folder, or of the tarball that is unpacked when it is needed. */
  readonly path?: string;
  /** False where it is fetched when a step first needs it. */
  readonly isThere: boolean;
  /** Why it cannot be used. */
  readonly fault?: string;
};

export type FoundSpack = FoundSource & {
  /** Version that the folder says it is: `1.1.1`. */
  readonly version?: string;
  /** The recipes; absent for Spack 0.x, which has them inside. */
  readonly packages?: FoundSource;
};

/** Says which Spack a build would use. Nothing is fetched, and nothing changes. */
export async function findSpack(
  settings: Pick<SpackSettings, 'source' | 'version' | 'packages'>,
  options: SourceOptions,
): Promise<FoundSpack> {
  const spack = await findSource({ kind: spackKind, origin: settings }, options);
  const packages = await findSource({ kind: packagesKind, origin: settings.packages }, options);
  if (!spack.isThere || spack.path === undefined) return { ...spack, packages };
  try {
    const { version, major } = await readSpackVersion(spack.path);
    return { ...spack, version, ...(major > 0 && { packages }) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ...spack, packages, fault: error.message };
  }
}

async function findSource(wish: SourceWish, options: SourceOptions): Promise<FoundSource> {
  const { kind, origin } = wish;
  const asked = { source: maskCredentials(origin.source), wanted: origin.version };
  try {
    const access = await findAccess(wish);
    if (access.kind === 'tarball') return { ...asked, path: access.path, isThere: false };
    if (access.kind === 'git') {
      const path = planGitFolder(wish, access.repository, options);
      return { ...asked, path, isThere: await isComplete(path, kind) };
    }
    const isThere = await isComplete(access.path, kind);
    const fault = `it has no ${kind.marks.join(' or ')}`;
    return { ...asked, path: access.path, isThere, ...(!isThere && { fault }) };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { ...asked, isThere: false, fault: error.message };
  }
}
