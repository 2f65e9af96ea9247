import type { BaseImage } from './base-image.ts';

/** What a step asks for: the parsed `eflows4hpc.yaml`, `requirements.txt` or `spack.yaml` of its folder. */
export type StepDescription = {
  /** Debian/Ubuntu package names, as apt takes them: `name`, `name=version`, `name/suite`, `name:arch`. */
  readonly apt: readonly string[];
  /** PEP 508 requirements of the `pip` key. */
  readonly pip: readonly string[];
  /**
   * Requirement files to install from, relative to the step's folder, when there is no `pip` key:
   * `requirements.txt` first, then each file it includes with `-r` or `-c`.
   */
  readonly requirementsFiles: readonly string[];
  /** The `spack:` section (or the one of a plain `spack.yaml`), not interpreted here. */
  readonly spack?: SpackSection;
  /** Base image instead of the site's own; the site may refuse it. */
  readonly base?: BaseImage;
  /** Variables of the image's configuration. Values are literal, but for `$PATH` in `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Scripts that `bash -e -c` runs in the finished image before it is published. */
  readonly tests?: readonly string[];
  /** Keeps compilers and other build tools in the final image. */
  readonly keepBuildTools?: boolean;
};

/** A Spack environment's `spack:` mapping, as plain data. */
export type SpackSection = Readonly<Record<string, unknown>>;
