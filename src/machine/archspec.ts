/**
 * The shapes of archspec's microarchitecture tables, as far as CIC uses them.
 *
 * @see https://github.com/archspec/archspec-json, cpu/microarchitectures_schema.json
 */

/** How one range of a compiler's versions is told to optimise for a microarchitecture. */
export type CompilerEntry = {
  /** `min:max`, both inclusive, either may be empty. */
  readonly versions: string;
  /** Complete flags, such as `-march=znver2 -mtune=znver2`. */
  readonly flags: string;
};

export type MicroarchitectureEntry = {
  /** Direct parents: code built for a parent runs on this one too. */
  readonly parents: readonly string[];
  /** `generic`, or the vendor as /proc/cpuinfo names it (`AuthenticAMD`), or its name (`ARM`, `IBM`). */
  readonly vendor: string;
  /** Instruction set features, named as in /proc/cpuinfo. */
  readonly features: readonly string[];
  /** By compiler name (`gcc`, `clang`, `nvhpc`…): the first entry that matches a version counts. */
  readonly compilers: Readonly<Record<string, readonly CompilerEntry[]>>;
  /** Arm only: the `CPU part` of /proc/cpuinfo. */
  readonly cpuPart?: string;
  /** POWER only: 9 for POWER9. */
  readonly generation?: number;
};
