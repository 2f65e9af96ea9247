/** Where something of Spack comes from. */
export type SpackOrigin = {
  /** Git URL, or the absolute path of a git repository, a folder or a tarball. */
  readonly source: string;
  /** Branch, tag or commit, for what comes from git. */
  readonly version: string;
};

/** The site's settings for Spack, complete. All paths are absolute. */
export type SpackSettings = SpackOrigin & {
  /** The package recipes; not used by Spack 0.x, which brings its own. */
  readonly packages: SpackOrigin;
  /** The site's own recipes. `latest` is the default branch, or the files of a folder as they are. */
  readonly catalogue?: SpackOrigin;
  /** Source mirrors: folders or URLs. */
  readonly mirrors: readonly string[];
  /** Binary mirrors of others, read only. */
  readonly publicCaches: readonly PublicCache[];
  /** Sections of Spack's configuration, below what steps say. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The site's own binary cache: a folder or an `oci://` URL. */
  readonly cache: string;
  /** Credentials of a cache in a registry, as `skopeo login --authfile` writes them. */
  readonly cacheCredentialsFile?: string;
};

export type PublicCache = {
  /** An address, or the absolute path of a folder. */
  readonly url: string;
  /** Absolute paths of public keys: packages that none of them has signed are not taken. None takes any package. */
  readonly keys: readonly string[];
};

export const defaultSpack: SpackOrigin = {
  source: 'https://github.com/spack/spack.git',
  version: 'v1.1.1',
};

export const defaultPackages: SpackOrigin = {
  source: 'https://github.com/spack/spack-packages.git',
  version: 'v2025.11.0',
};
