export const gpuKinds = ['cuda', 'rocm', 'intel'] as const;
export type GpuKind = (typeof gpuKinds)[number];

/** What a request says about GPUs, taken apart. */
export type GpuSpec = {
  /** Spack spec of the toolkit alone: `cuda@12`. */
  readonly toolkit: string;
  /** Absent for a package that CIC does not know. */
  readonly kind?: GpuKind;
  /** `90` or `80,90` for CUDA, `gfx90a` for ROCm. */
  readonly arch?: string;
};

/**
 * Spack spec of the toolkit for a system that does not say which one; Intel's comes with its compilers. The
 * newest would need a driver that few systems have: all of CUDA 12 runs with drivers from 525 (2022) on, CUDA 13
 * only from 580 on.
 *
 * @see NVIDIA, CUDA Compatibility, Minor Version Compatibility, table 1
 */
export const gpuToolkits: Readonly<Record<Exclude<GpuKind, 'intel'>, string>> = {
  cuda: 'cuda@12',
  rocm: 'hip@6',
};

/** Packages that a request may name as its toolkit; the libraries of ROCm stand for it as well. */
export const gpuPackages: ReadonlySet<string> = new Set([
  'cuda',
  'nvhpc',
  'hip',
  'rocm-core',
  'intel-oneapi-compilers',
]);

/**
 * What people call toolkits and GPUs, and the spec that is meant.
 *
 * @see NVIDIA, CUDA GPU Compute Capability; ROCm documentation, Accelerator and GPU hardware specifications
 */
export const gpuNicknames: Readonly<Record<string, string>> = {
  nvidia: gpuToolkits.cuda,
  nvcc: gpuToolkits.cuda,
  cudatoolkit: gpuToolkits.cuda,
  'cuda-toolkit': gpuToolkits.cuda,
  amd: gpuToolkits.rocm,
  rocm: gpuToolkits.rocm,
  intel: 'intel-oneapi-compilers',
  oneapi: 'intel-oneapi-compilers',
  v100: `${gpuToolkits.cuda} cuda_arch=70`,
  a100: `${gpuToolkits.cuda} cuda_arch=80`,
  h100: `${gpuToolkits.cuda} cuda_arch=90`,
  h200: `${gpuToolkits.cuda} cuda_arch=90`,
  gh200: `${gpuToolkits.cuda} cuda_arch=90`,
  b200: `${gpuToolkits.cuda} cuda_arch=100`,
  mi100: `${gpuToolkits.rocm} amdgpu_target=gfx908`,
  mi210: `${gpuToolkits.rocm} amdgpu_target=gfx90a`,
  mi250: `${gpuToolkits.rocm} amdgpu_target=gfx90a`,
  mi250x: `${gpuToolkits.rocm} amdgpu_target=gfx90a`,
  mi300a: `${gpuToolkits.rocm} amdgpu_target=gfx942`,
  mi300x: `${gpuToolkits.rocm} amdgpu_target=gfx942`,
};

/** Option that shows the GPUs to an Apptainer or Singularity container. */
export const gpuFlags: Readonly<Partial<Record<GpuKind, string>>> = { cuda: '--nv', rocm: '--rocm' };

/**
 * Takes the architecture out of a spec such as `cuda@12 cuda_arch=90`: it is a variant of the packages that
 * use GPUs, the toolkit has none.
 *
 * @see Spack documentation, CudaPackage and ROCmPackage
 */
export function parseGpuSpec(spec: string): GpuSpec {
  const [, arch] = /(?:^|\s)(?:cuda_arch|amdgpu_target)==?([\w,]+)/.exec(spec) ?? [];
  const rest = spec.replaceAll(/\s*(?:cuda_arch|amdgpu_target)==?[\w,]*/g, '').trim();
  const toolkit = rest === '' && arch !== undefined ? (arch.startsWith('gfx') ? 'hip' : 'cuda') : rest;
  const [name = ''] = /^[\w-]*/.exec(toolkit) ?? [];
  const kind = kindOf(name);
  return { toolkit, ...(kind !== undefined && { kind }), ...(arch !== undefined && { arch }) };
}

function kindOf(name: string): GpuKind | undefined {
  if (name === 'cuda' || name === 'nvhpc' || name === 'cudatoolkit') return 'cuda';
  if (name.startsWith('roc') || name.startsWith('hip')) return 'rocm';
  return name.startsWith('intel-') ? 'intel' : undefined;
}
