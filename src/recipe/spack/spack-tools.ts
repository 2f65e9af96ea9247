import type { Digest } from '../../oci/digest.ts';
import type { secretIds } from '../recipe.ts';
import type { paths } from './paths.ts';

/** Spack as the site has it. */
export type SpackTools = {
  /** Such as `1.1.1`. */
  readonly version: string;
  /** Identity of Spack and its package recipes: a commit, or a hash over the files. */
  readonly identity: string;
  readonly hasPackages: boolean;
  readonly catalogue?: SpackCatalogue;
  /** Sources of packages. */
  readonly mirrors: readonly MirrorPlace[];
  readonly publicCaches: readonly PublicCache[];
  /** Where built packages are shared; else they stay in the engine's own cache. */
  readonly sharedCache?: SharedCache;
  /** Sections of Spack's configuration that the site adds, below what steps say. */
  readonly siteConfig: Readonly<Record<string, unknown>>;
};

/** A Spack repository with packages of the site's own. */
export type SpackCatalogue = {
  /** Where its `repo.yaml` is, below {@link paths.catalogue}: nothing, or `spack_repo/<namespace>`. */
  readonly place: string;
  readonly treeHash: Digest;
  /** It has a folder `cfg/` with Spack configuration. */
  readonly hasConfig: boolean;
};

/** A folder of this machine, which builds see but cannot write to, or an address. */
export type MirrorPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'url'; readonly url: string };

/** A folder that the engine can let builds write to, or `oci://…`. */
export type SharedCache =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'registry';
      /** `oci://…`, or `oci+http://…` */
      readonly url: string;
      /** The engine offers credentials for it as {@link secretIds.packageCache}. */
      readonly hasCredentials: boolean;
    };

/** Packages that others have built; nothing is ever written there. */
export type PublicCache = MirrorPlace & {
  /** Texts of public keys, as `gpg --armor --export` writes them; without any the packages need no signature. */
  readonly keys: readonly string[];
};

/** Spack without what a site has near at hand: none of that changes what is built. */
export function withoutSurroundings(tools: SpackTools): SpackTools {
  const { sharedCache: _sharedCache, ...others } = tools;
  return { ...others, mirrors: [], publicCaches: [] };
}

/** Spack before 1.0: another cache layout, recipes inside, compilers that are no packages. */
export function isLegacySpack({ version }: Pick<SpackTools, 'version'>): boolean {
  return version.startsWith('0.');
}

/**
 * Whether this Spack is told how many packages to build at once, each with its own jobs. Before 1.0 it builds
 * one; from 1.2 on as many as share the jobs.
 */
export function countsPackages({ version }: Pick<SpackTools, 'version'>): boolean {
  return /^1\.[01]\b/.test(version);
}
