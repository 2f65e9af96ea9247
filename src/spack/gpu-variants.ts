import type { PackageVariants } from './fabric-variants.ts';

/** These refuse CUDA with gcc unless they have nvcc's wrapper, which is off by default. */
const wrappedPackages: readonly string[] = ['kokkos', 'trilinos'];

/** Variants of packages for GPUs of an architecture (`90`, `gfx90a`): of all, and more of some. */
export function planGpuVariants(arch: string): { all: readonly string[]; packages: PackageVariants } {
  if (arch.startsWith('gfx')) return { all: ['+rocm', `amdgpu_target=${arch}`], packages: {} };
  return {
    all: ['+cuda', `cuda_arch=${arch}`],
    packages: Object.fromEntries(wrappedPackages.map((name) => [name, ['+wrapper']])),
  };
}
