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
};

/** A Spack environment's `spack:` mapping, as plain data. */
export type SpackSection = Readonly<Record<string, unknown>>;
