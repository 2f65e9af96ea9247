import { stringify } from 'yaml';
import { AppError } from '../errors/app-error.ts';
import { formatProblem, type Problem } from '../errors/problem.ts';
import { parseGpuSpec } from '../machine/gpu.ts';
import type { Machine } from '../machine/machine.ts';
import { type EnvironmentConflict, findConflicts } from './environment-conflicts.ts';
import { addMachineVariants } from './machine-variants.ts';
import { isMapping, listOf, type Mapping, mergeMappings } from './mapping.ts';
import { normalizeLegacySpec } from './normalize-legacy-spec.ts';
import { parseSpec } from './parse-spec.ts';
import { formatSpec, type Spec } from './spec.ts';
import { isSpecReference } from './spec-reference.ts';

export type EnvironmentInput = {
  /** The step's `spack:` section. */
  readonly section: Mapping;
  readonly machine: Pick<Machine, 'microarchitecture' | 'mpi' | 'gpu' | 'gpuArch' | 'system'>;
  /** Spack before 1.0: compilers are no packages. */
  readonly isLegacy: boolean;
  /** Absolute path of the view in the image. */
  readonly view: string;
  readonly below?: LowerConfig;
};

/** Spack's configuration below the step's: that of the site and of its catalogue. */
export type LowerConfig = {
  /** Folders in the image that hold it, the highest first. */
  readonly include: readonly string[];
  /** What it says, section by section, in the same order. */
  readonly layers: readonly Mapping[];
};

const nothingBelow: LowerConfig = { include: [], layers: [] };

export type Environment = {
  /** Text of `spack.yaml`. */
  readonly yaml: string;
  /** Compilers that the step asks for, as specs: `gcc@13`. */
  readonly compilers: readonly string[];
  /** The specs of the step that are plain text, in its order. */
  readonly specs: readonly Spec[];
  /** It has specs of another kind too, such as a matrix or a list that is defined elsewhere. */
  readonly hasOtherSpecs: boolean;
};

/**
 * Renders `spack.yaml`: the step's environment on top of what the machine demands. Maps are merged key by
 * key; for every other value what the step wrote wins, and where that would break what the machine demands
 * it is an error. Old spellings keep their meaning.
 *
 * @throws SPACK_SYNTAX - a spec that cannot be read; `details.problems` has every one
 * @throws SPACK_ENVIRONMENT_CONFLICT - step and machine contradict each other; the message names both sides
 */
export function planEnvironment(input: EnvironmentInput): Environment {
  const { section, machine, isLegacy, view, below = nothingBelow } = input;
  const specs = readSpecs(section);
  const conflicts = findConflicts(section, specs.parsed, machine);
  if (conflicts.length > 0) {
    throw new AppError('SPACK_ENVIRONMENT_CONFLICT', conflicts.map(({ message }) => message).join('\n'), {
      hint: conflicts[0]?.hint ?? 'change the step or the machine of the request',
      details: { conflicts },
    });
  }
  const { packages, compilers } = takeCompilers(section['packages'], isLegacy);
  const compilerSpecs = isLegacy ? compilers.slice(0, 1).map((compiler) => `%${compiler}`) : [];
  const requirements = [`target=${machine.microarchitecture}`, ...compilerSpecs];
  const own = mergeMappings(planDemands(machine, requirements, below), {
    packages: planCompilers(compilers, isLegacy),
  });
  const wanted = { ...section, ...(packages !== undefined && { packages }), specs: specs.texts };
  const joined = joinRequirements(mergeMappings(own, wanted), [
    own,
    // Of two lists Spack takes both, of a list and a text the list alone.
    ...below.layers.filter((layer) => typeof readRequire(layer) === 'string'),
    wanted,
  ]);
  const lower = below.layers.map((layer) => layer['packages']);
  const merged = {
    ...joined,
    ...joinIncludes(section, below),
    packages: addMachineVariants(joined['packages'], machine, { own: packages, lower }),
  };
  return {
    yaml: stringify({ spack: { ...merged, view } }, { lineWidth: 0 }),
    compilers,
    specs: specs.parsed,
    hasOtherSpecs: specs.parsed.length < specs.texts.length,
  };
}

/**
 * What a step's section says that the machine cannot have.
 *
 * @throws SPACK_SYNTAX - as {@link planEnvironment}
 */
export function findEnvironmentConflicts(
  section: Mapping,
  machine: EnvironmentInput['machine'],
): EnvironmentConflict[] {
  return findConflicts(section, readSpecs(section).parsed, machine);
}

function planDemands(
  { microarchitecture, mpi, gpu }: EnvironmentInput['machine'],
  requirements: readonly string[],
  { layers }: LowerConfig,
): Mapping {
  const toolkit = gpu === undefined ? undefined : parseGpuSpec(gpu).toolkit;
  return {
    specs: [],
    concretizer: layers
      .toReversed()
      .map((layer) => layer['concretizer'])
      .filter(isMapping)
      .reduce(mergeMappings, {
        unify: true,
        reuse: false,
        targets: { granularity: 'microarchitectures', host_compatible: false },
      }),
    packages: {
      // What is required of one package takes the place of what is required of all: it keeps the target by this.
      all: { target: [microarchitecture], require: requirements },
      ...(mpi !== undefined && { mpi: { require: [mpi] } }),
      ...(toolkit !== undefined && { [nameOf(toolkit)]: { require: [toolkit] } }),
    },
  };
}

function nameOf(spec: string): string {
  return /^[\w-]+/.exec(spec)?.[0] ?? spec;
}

/** `packages: {all: {compiler: [gcc@8]}}` means the compiler of everything; Spack 1 ignores it. */
function takeCompilers(packages: unknown, isLegacy: boolean): { packages?: unknown; compilers: string[] } {
  if (!isMapping(packages) || !isMapping(packages['all'])) return { packages, compilers: [] };
  const { compiler, ...all } = packages['all'];
  const compilers = [compiler].flat().filter((entry) => typeof entry === 'string');
  const own = compiler === undefined ? {} : { compiler: [compiler].flat() };
  return { packages: { ...packages, all: isLegacy ? { ...own, ...all } : all }, compilers };
}

/** Spack 1 has compilers for languages; before, one for everything. */
function planCompilers([first]: readonly string[], isLegacy: boolean): Mapping {
  if (first === undefined || isLegacy) return {};
  return Object.fromEntries(['c', 'cxx', 'fortran'].map((language) => [language, { require: [first] }]));
}

/** Requirements of the machine stay beside those of the step: as a list Spack applies them all. */
function joinRequirements(merged: Mapping, parts: readonly Mapping[]): Mapping {
  const require = parts.flatMap((part) => {
    const found = readRequire(part);
    return typeof found === 'string' ? [found] : listOf(found);
  });
  return mergeMappings(merged, { packages: { all: { require } } });
}

function readRequire({ packages }: Mapping): unknown {
  const all = isMapping(packages) ? packages['all'] : undefined;
  return isMapping(all) ? all['require'] : undefined;
}

function joinIncludes(section: Mapping, { include }: LowerConfig): Mapping {
  const all = [...listOf(section['include']), ...include];
  return all.length === 0 ? {} : { include: all };
}

function readSpecs(section: Mapping): { texts: unknown[]; parsed: Spec[] } {
  const problems: Problem[] = [];
  const parsed: Spec[] = [];
  const texts = listOf(section['specs']).map((entry, index) => {
    if (typeof entry !== 'string' || isSpecReference(entry)) return entry;
    const result = parseSpec(entry);
    if (result.spec === undefined) {
      problems.push(...result.problems.map((problem) => ({ ...problem, field: `spack.specs[${index}]` })));
      return entry;
    }
    const spec = normalizeLegacySpec(result.spec);
    parsed.push(spec);
    return formatSpec(spec);
  });
  if (problems.length === 0) return { texts, parsed };
  throw new AppError('SPACK_SYNTAX', problems.map(formatProblem).join('\n'), {
    hint: 'see "Spec syntax" in the documentation of Spack',
    details: { problems },
  });
}
