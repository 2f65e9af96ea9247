import { isMapping, type Mapping } from './mapping.ts';
import { parseSpec } from './parse-spec.ts';
import { formatSpec } from './spec.ts';

/** Variants by their names. */
type Variants = Readonly<Record<string, string>>;

/** These refuse CUDA with gcc unless they have nvcc's wrapper, which is off by default. */
const wrappedPackages: readonly string[] = ['kokkos', 'trilinos'];

/** `packages:` of those who set variants. */
export type PackageSettings = {
  /** The step's. */
  readonly own: unknown;
  /** The site's and the catalogue's, the highest first. */
  readonly lower: readonly unknown[];
};

/**
 * Adds variants for GPUs of an architecture (`90`, `gfx90a`): preferences, which Spack applies to the packages
 * that have such variants. Whoever sets the same one for a package wins, the step over the site.
 *
 * Spack takes the variants of a package in place of those of `all`, and those of the environment in place of the
 * site's or beside them, as both are written: here all are joined, and take the place of the others.
 *
 * @param packages `packages:` of the environment.
 */
export function addGpuVariants(packages: unknown, arch: string, { own, lower }: PackageSettings): Mapping {
  const isRocm = arch.startsWith('gfx');
  const gpu = isRocm ? rocmVariants(arch) : cudaVariants(arch);
  const wrapped = isRocm ? [] : wrappedPackages;
  const theirs = readAllVariants(own);
  const below = lower.toReversed().map(readAllVariants);
  const all = listLayers([...below, theirs], 'all');
  const names = new Set(['all', ...wrapped, ...[...below, theirs].flatMap(Object.keys)]);
  const settings = isMapping(packages) ? packages : {};
  return {
    ...settings,
    ...Object.fromEntries(
      [...names].map((name) => {
        const base = wrapped.includes(name) ? { ...gpu, wrapper: '+wrapper' } : gpu;
        const set = listLayers(below, name);
        const step = theirs[name] ?? pick(theirs['all'], gpu);
        const isSet = set.length > 0 || theirs[name] !== undefined;
        const variants = joinVariants([base, ...(isSet ? [...set, step] : all)]);
        return [name, withVariants(settings[name], variants, set.length > 0)];
      }),
    ),
  };
}

type AllVariants = Readonly<Record<string, Variants>>;

function listLayers(layers: readonly AllVariants[], name: string): Variants[] {
  return layers.map((layer) => layer[name]).filter((variants) => variants !== undefined);
}

function cudaVariants(arch: string): Variants {
  return { cuda: '+cuda', cuda_arch: `cuda_arch=${arch}` };
}

function rocmVariants(arch: string): Variants {
  return { rocm: '+rocm', amdgpu_target: `amdgpu_target=${arch}` };
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
