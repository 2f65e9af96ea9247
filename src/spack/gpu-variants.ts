import { isMapping, type Mapping } from './mapping.ts';
import { parseSpec } from './parse-spec.ts';

type Variant = { readonly name: string; readonly text: string };

/** These refuse CUDA with gcc unless they have nvcc's wrapper, which is off by default. */
const wrappedPackages: readonly string[] = ['kokkos', 'trilinos'];

/**
 * Variants of packages for GPUs of an architecture (`90`, `gfx90a`): preferences, which Spack applies to the
 * packages that have such variants. Those of the step win one by one.
 *
 * @param packages The step's `packages:`.
 * @returns `packages:` with nothing but variants.
 */
export function planGpuVariants(arch: string, packages: unknown): Mapping {
  const isRocm = arch.startsWith('gfx');
  const gpu = isRocm ? rocmVariants(arch) : cudaVariants(arch);
  const wrapped = isRocm ? [] : wrappedPackages;
  const theirs = readVariants(packages);
  // Spack takes the variants of a package in place of those of `all`.
  const names = new Set(['all', ...wrapped, ...Object.keys(theirs)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const ours = wrapped.includes(name) ? [...gpu, { name: 'wrapper', text: '+wrapper' }] : gpu;
      return [name, { variants: joinVariants(ours, theirs[name] ?? theirs['all'] ?? []) }];
    }),
  );
}

function cudaVariants(arch: string): Variant[] {
  return [
    { name: 'cuda', text: '+cuda' },
    { name: 'cuda_arch', text: `cuda_arch=${arch}` },
  ];
}

function rocmVariants(arch: string): Variant[] {
  return [
    { name: 'rocm', text: '+rocm' },
    { name: 'amdgpu_target', text: `amdgpu_target=${arch}` },
  ];
}

function readVariants(packages: unknown): Readonly<Record<string, readonly string[]>> {
  if (!isMapping(packages)) return {};
  const entries = Object.entries(packages).flatMap(([name, settings]) => {
    const variants = isMapping(settings) ? settings['variants'] : undefined;
    if (variants === undefined) return [];
    return [[name, [variants].flat().map(String)] as const];
  });
  return Object.fromEntries(entries);
}

function joinVariants(ours: readonly Variant[], theirs: readonly string[]): string[] {
  const named = parseSpec(theirs.join(' ')).spec?.variants.map(({ name }) => name) ?? [];
  return [...ours.filter(({ name }) => !named.includes(name)).map(({ text }) => text), ...theirs];
}
