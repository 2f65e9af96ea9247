import { describe, expect, test } from 'vitest';
import { planGpuVariants } from './gpu-variants.ts';

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
