/** A package of Debian or Ubuntu, as dpkg has it installed. */
export type AptPackage = {
  readonly manager: 'apt';
  readonly name: string;
  readonly version: string;
  /** Debian's name: `amd64`, `all`. */
  readonly architecture: string;
  /** `Name <address>` */
  readonly maintainer?: string;
  /** The source package that it was built from. */
  readonly source: { readonly name: string; readonly version: string };
};

/** A Python distribution that pip (or another installer of wheels) has put into the image. */
export type PipPackage = {
  readonly manager: 'pip';
  readonly name: string;
  readonly version: string;
  /** SPDX license expression, where the metadata has one. */
  readonly license?: string;
};

/** A package that Spack has built or unpacked. */
export type SpackPackage = {
  readonly manager: 'spack';
  readonly name: string;
  readonly version: string;
  /** The hash of the concrete spec: 32 characters of base32. */
  readonly hash: string;
  /** archspec name. */
  readonly target: string;
};

export type InstalledPackage = AptPackage | PipPackage | SpackPackage;

/** What `/etc/os-release` calls the distribution. */
export type Distribution = {
  /** `debian` */
  readonly id: string;
  /** `12`; absent in development versions. */
  readonly versionId?: string;
};

/** The software that is in an image. */
export type Inventory = {
  readonly distribution?: Distribution;
  /** By manager, name and version. */
  readonly packages: readonly InstalledPackage[];
};
