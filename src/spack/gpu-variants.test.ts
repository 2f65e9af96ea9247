import { describe, expect, test } from 'vitest';
import { addGpuVariants } from './gpu-variants.ts';

const planGpuVariants = (arch: string, own: unknown, lower: readonly unknown[] = []) =>
  addGpuVariants({}, arch, { own, lower });

test('every package is for the GPU; those that need it have the wrapper of nvcc', () => {
  const wrapped = { variants: ['+cuda', 'cuda_arch=90', '+wrapper'] };
  expect(planGpuVariants('90', undefined)).toEqual({
    all: { variants: ['+cuda', 'cuda_arch=90'] },
    kokkos: wrapped,
    trilinos: wrapped,
  });
  expect(planGpuVariants('gfx90a', {})).toEqual({
    all: { variants: ['+rocm', 'amdgpu_target=gfx90a'] },
  });
});

describe("the step's own variants", () => {
  test('stand beside those of the GPU', () => {
    const packages = { all: { variants: '+mpi' }, hypre: { variants: ['+openmp', '~fortran'] } };
    expect(planGpuVariants('gfx90a', packages)).toEqual({
      all: { variants: ['+rocm', 'amdgpu_target=gfx90a', '+mpi'] },
      hypre: { variants: ['+rocm', 'amdgpu_target=gfx90a', '+openmp', '~fortran'] },
    });
  });

  test('win where they set the same one, for all packages or one', () => {
    const own = planGpuVariants('90', { all: { variants: '~cuda' }, kokkos: { variants: 'cuda_arch=80' } });
    expect(own).toMatchObject({
      all: { variants: ['cuda_arch=90', '~cuda'] },
      kokkos: { variants: ['+cuda', '+wrapper', 'cuda_arch=80'] },
      trilinos: { variants: ['cuda_arch=90', '+wrapper', '~cuda'] },
    });
  });

  test('are left out where a package has other settings only', () => {
    expect(planGpuVariants('gfx90a', { zlib: { version: ['1.2'] } })).not.toHaveProperty('zlib');
  });
});

describe('variants of the site and its catalogue', () => {
  test('for a single package stand beside those of the GPU, and take the place of what they were', () => {
    const lower = [{ hypre: { variants: '+openmp' } }, { kokkos: { variants: ['+openmp'] } }];
    expect(planGpuVariants('90', undefined, lower)).toMatchObject({
      all: { variants: ['+cuda', 'cuda_arch=90'] },
      hypre: { 'variants:': ['+cuda', 'cuda_arch=90', '+openmp'] },
      kokkos: { 'variants:': ['+cuda', 'cuda_arch=90', '+wrapper', '+openmp'] },
      trilinos: { variants: ['+cuda', 'cuda_arch=90', '+wrapper'] },
    });
  });

  test("win one by one over the GPU's, the site over the catalogue, the step over both", () => {
    const site = { hypre: { variants: '~openmp' }, camp: { variants: '~cuda' } };
    const catalogue = { hypre: { variants: '+openmp +superlu-dist' }, all: { variants: '+mpi' } };
    const own = { hypre: { variants: '~superlu-dist' }, camp: { version: ['1'] } };
    expect(planGpuVariants('90', own, [site, catalogue])).toMatchObject({
      all: { 'variants:': ['+cuda', 'cuda_arch=90', '+mpi'] },
      hypre: { 'variants:': ['+cuda', 'cuda_arch=90', '~openmp', '~superlu-dist'] },
      camp: { 'variants:': ['cuda_arch=90', '~cuda'] },
      trilinos: { variants: ['+cuda', 'cuda_arch=90', '+wrapper', '+mpi'] },
    });
  });

  test('do not bring back the GPU that the step leaves out for all', () => {
    const lower = [{ hypre: { variants: '+cuda +openmp' } }];
    expect(planGpuVariants('90', { all: { variants: '~cuda +mpi' } }, lower)).toMatchObject({
      hypre: { 'variants:': ['cuda_arch=90', '+openmp', '~cuda'] },
    });
  });
});

test('other settings of a package stay', () => {
  const packages = { all: { require: ['target=zen3'] }, hypre: { version: ['2'], variants: '+openmp' } };
  expect(addGpuVariants(packages, '90', { own: packages, lower: [] })).toMatchObject({
    all: { require: ['target=zen3'], variants: ['+cuda', 'cuda_arch=90'] },
    hypre: { version: ['2'], variants: ['+cuda', 'cuda_arch=90', '+openmp'] },
  });
});
