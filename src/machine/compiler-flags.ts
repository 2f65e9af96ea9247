import type { CompilerEntry } from './archspec.ts';
import { compareVersions } from './compare-versions.ts';
import { ancestorsOf, familyOf, type Microarchitecture, pickNewest } from './microarchitecture.ts';

export type Compiler = {
  /** archspec's name: `gcc`, `clang`, `nvhpc`… */
  readonly name: string;
  /** Numbers joined by points, such as `12` or `12.2.0`; newest when absent. */
  readonly version?: string;
};

/** What to tell a compiler so that it optimises for a microarchitecture, or why that cannot be. */
export type CompilerFlags =
  | { readonly kind: 'flags'; readonly flags: string }
  /** archspec has no entry for this compiler in the whole family. */
  | { readonly kind: 'unknown-compiler' }
  | {
      readonly kind: 'unsupported';
      /** The lowest version that could; absent when no version can. */
      readonly minVersion?: string;
      /** The nearest ancestor that this version can compile for. */
      readonly bestSupportedAncestor?: Microarchitecture;
    };

/**
 * The flags with which a compiler optimises for a microarchitecture. Versions that lack its exact name
 * get the flags of the nearest one, where archspec has such an entry.
 *
 * @see archspec documentation, Compilers' support
 */
export function compilerFlags(microarchitecture: Microarchitecture, compiler: Compiler): CompilerFlags {
  if (familyOf(microarchitecture).compilers[compiler.name] === undefined) return { kind: 'unknown-compiler' };
  const entries = microarchitecture.compilers[compiler.name] ?? [];
  const flags = findFlags(entries, compiler.version);
  if (flags !== undefined) return { kind: 'flags', flags };
  const minVersion = findNextVersion(entries, compiler.version);
  const bestSupportedAncestor = pickNewest(
    ancestorsOf(microarchitecture).filter(
      (ancestor) => findFlags(ancestor.compilers[compiler.name] ?? [], compiler.version) !== undefined,
    ),
  );
  return {
    kind: 'unsupported',
    ...(minVersion !== undefined && { minVersion }),
    ...(bestSupportedAncestor !== undefined && { bestSupportedAncestor }),
  };
}

function findFlags(entries: readonly CompilerEntry[], version: string | undefined): string | undefined {
  return entries.find((entry) => isInRange(version, entry.versions))?.flags;
}

/**
 * Both bounds are inclusive, and `12.2` as an upper bound includes 12.2.1, as in Spack's version ranges:
 * archspec's own Python code leaves such patch releases between two of its ranges. The newest version is
 * above every upper bound.
 */
function isInRange(version: string | undefined, range: string): boolean {
  const { min, max } = parseRange(range);
  if (version === undefined) return max === '';
  const atBound = version.split('.').slice(0, max.split('.').length).join('.');
  return (
    (min === '' || compareVersions(min, version) <= 0) && (max === '' || compareVersions(atBound, max) <= 0)
  );
}

/** The lowest version above `version` with which a range begins. */
function findNextVersion(entries: readonly CompilerEntry[], version: string | undefined): string | undefined {
  return entries
    .map((entry) => parseRange(entry.versions).min)
    .filter((min) => min !== '' && version !== undefined && compareVersions(min, version) > 0)
    .sort(compareVersions)[0];
}

function parseRange(range: string): { min: string; max: string } {
  const [min = '', max = ''] = range.split(':');
  return { min, max };
}
