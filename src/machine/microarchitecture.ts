import { AppError } from '../errors/app-error.ts';
import type { MicroarchitectureEntry } from './archspec.ts';
import { microarchitectures } from './generated/microarchitectures.ts';

/** A CPU microarchitecture that archspec knows. */
export type Microarchitecture = MicroarchitectureEntry & { readonly name: string };

const known: ReadonlyMap<string, Microarchitecture> = new Map(
  Object.entries(microarchitectures).map(([name, entry]) => [name, { name, ...entry }]),
);

/** All of them, in archspec's order: each family together, parents before children. */
export function listMicroarchitectures(): Microarchitecture[] {
  return [...known.values()];
}

/** The microarchitecture of exactly this archspec name. */
export function findMicroarchitecture(name: string): Microarchitecture | undefined {
  return known.get(name);
}

/** All that code for this microarchitecture's machines may also be built for: direct parents first. */
export function ancestorsOf(microarchitecture: Microarchitecture): Microarchitecture[] {
  const parents = microarchitecture.parents.map(parentNamed);
  return [...new Set([...parents, ...parents.flatMap(ancestorsOf)])];
}

/**
 * True if code built for one microarchitecture runs on another.
 *
 * @see machine reference: `A ≤ B` iff A and its ancestors are a subset of B and its ancestors
 */
export function isCompatible(builtFor: Microarchitecture, runsOn: Microarchitecture): boolean {
  return builtFor === runsOn || ancestorsOf(runsOn).includes(builtFor);
}

/** The root that all relatives share, such as `x86_64` or `aarch64`. */
export function familyOf(microarchitecture: Microarchitecture): Microarchitecture {
  const root = [microarchitecture, ...ancestorsOf(microarchitecture)].find(
    ({ parents }) => parents.length === 0,
  );
  if (root === undefined) throw new AppError('INTERNAL_ERROR', `${microarchitecture.name} has no family`);
  return root;
}

/** The best vendor-neutral level that machines of this kind run, such as `x86_64_v3` for `zen2`. */
export function genericOf(microarchitecture: Microarchitecture): Microarchitecture {
  const levels = [microarchitecture, ...ancestorsOf(microarchitecture)].filter(
    ({ vendor }) => vendor === 'generic',
  );
  return pickNewest(levels) ?? familyOf(microarchitecture);
}

/** The one with the most ancestors; of equals the first. */
export function pickNewest(candidates: readonly Microarchitecture[]): Microarchitecture | undefined {
  return candidates.reduce<Microarchitecture | undefined>((best, candidate) => {
    const isNewer = best === undefined || ancestorsOf(candidate).length > ancestorsOf(best).length;
    return isNewer ? candidate : best;
  }, undefined);
}

function parentNamed(name: string): Microarchitecture {
  const parent = known.get(name);
  if (parent === undefined) throw new AppError('INTERNAL_ERROR', `archspec has no "${name}"`);
  return parent;
}
