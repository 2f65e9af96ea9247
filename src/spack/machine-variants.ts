import type { Machine } from '../machine/machine.ts';
import { planFabricVariants } from './fabric-variants.ts';
import { planGpuVariants } from './gpu-variants.ts';
import { isMapping, type Mapping } from './mapping.ts';
import { parseSpec } from './parse-spec.ts';
import { formatSpec } from './spec.ts';

/** Variants by their names. */
type Variants = Readonly<Record<string, string>>;

/** `packages:` of those who set variants. */
export type PackageSettings = {
  /** The step's. */
  readonly own: unknown;
  /** The site's and the catalogue's, the highest first. */
  readonly lower: readonly unknown[];
};

/**
 * Adds variants for the machine's GPUs and its fabric: preferences, which Spack applies to the packages that have such
 * variants. Whoever sets the same one for a package wins, the step over the site.
 *
 * Spack takes the variants of a package in place of those of `all`, and those of the environment in place of the
 * site's or beside them, as both are written: here all are joined, and take the place of the others.
 *
 * @param packages `packages:` of the environment.
 */
export function addMachineVariants(
  packages: unknown,
  machine: Pick<Machine, 'mpi' | 'gpuArch' | 'system'>,
  { own, lower }: PackageSettings,
): Mapping {
  const gpu = machine.gpuArch === undefined ? undefined : planGpuVariants(machine.gpuArch);
  const ours = planOurs(gpu?.packages ?? {}, planFabricVariants(machine));
  const general = readVariants(gpu?.all ?? []);
  const theirs = readAllVariants(own);
  const below = lower.toReversed().map(readAllVariants);
  const all = listLayers([...below, theirs], 'all');
  const others = gpu === undefined ? [] : ['all', ...[...below, theirs].flatMap(Object.keys)];
  const settings = isMapping(packages) ? packages : {};
  const entries = [...new Set([...others, ...Object.keys(ours)])].map((name): [string, Mapping] => {
    const base = { ...general, ...ours[name] };
    const set = listLayers(below, name);
    const step = theirs[name] ?? pick(theirs['all'], base);
    const isSet = set.length > 0 || theirs[name] !== undefined;
    const variants = joinVariants([base, ...(isSet ? [...set, step] : all)]);
    return [name, withVariants(settings[name], variants, set.length > 0)];
  });
  return { ...settings, ...Object.fromEntries(entries) };
}

type AllVariants = Readonly<Record<string, Variants>>;

/** What single packages need for the GPU and for the fabric. */
function planOurs(...layers: readonly Readonly<Record<string, readonly string[]>>[]): AllVariants {
  const names = new Set(layers.flatMap(Object.keys));
  return Object.fromEntries(
    [...names].map((name) => [name, readVariants(layers.flatMap((layer) => layer[name] ?? []))]),
  );
}

function listLayers(layers: readonly AllVariants[], name: string): Variants[] {
  return layers.map((layer) => layer[name]).filter((variants) => variants !== undefined);
}

/** By the names of packages. */
function readAllVariants(packages: unknown): AllVariants {
  if (!isMapping(packages)) return {};
  const entries = Object.entries(packages).flatMap(([name, settings]) => {
    const variants = isMapping(settings) ? settings['variants'] : undefined;
    return variants === undefined ? [] : [[name, readVariants([variants].flat().map(String))] as const];
  });
  return Object.fromEntries(entries);
}

/** A text that is no spec stays as it is: Spack says what is wrong with it. */
function readVariants(texts: readonly string[]): Variants {
  const entries = texts.flatMap((text) => {
    const variants = parseSpec(text).spec?.variants;
    if (variants === undefined) return [[text, text] as const];
    return variants.map(
      (variant) => [variant.name, formatSpec({ variants: [variant], dependencies: [] }).trim()] as const,
    );
  });
  return Object.fromEntries(entries);
}

function pick(variants: Variants = {}, names: Variants): Variants {
  return Object.fromEntries(Object.entries(variants).filter(([name]) => Object.hasOwn(names, name)));
}

/** Later ones win, and come last. */
function joinVariants(layers: readonly Variants[]): string[] {
  const joined = new Map<string, string>();
  for (const [name, text] of layers.flatMap((layer) => Object.entries(layer))) {
    joined.delete(name);
    joined.set(name, text);
  }
  return [...joined.values()];
}

/** A key with a colon takes the place of what is below. @see Spack documentation, Overriding entire sections */
function withVariants(settings: unknown, variants: readonly string[], isOverride: boolean): Mapping {
  const { variants: _own, ...others } = isMapping(settings) ? settings : {};
  return { ...others, [isOverride ? 'variants:' : 'variants']: variants };
}
