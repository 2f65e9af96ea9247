import { describe, expect, test } from 'vitest';
import { arm } from '../machine/system/system.fixture.ts';
import type { HpcSystem, MpiModel } from '../machine/system/system.ts';
import { addMachineVariants } from './machine-variants.ts';

type Wish = {
  readonly gpuArch?: string;
  readonly mpi?: string;
  readonly fabric?: string;
  readonly model?: MpiModel;
  readonly own?: unknown;
  readonly lower?: readonly unknown[];
};

function plan({ gpuArch, mpi, fabric, model, own, lower = [] }: Wish) {
  const host: HpcSystem['mpi'] = { family: 'openmpi', abi: 'openmpi', ...(model && { model }) };
  const system = { ...arm, mpi: host, ...(fabric !== undefined && { fabric }) };
  const machine = { ...(gpuArch && { gpuArch }), ...(mpi && { mpi }), system };
  return addMachineVariants({}, machine, { own, lower });
}

const planFor = (gpuArch: string, own: unknown, lower: readonly unknown[] = []) =>
  plan({ gpuArch, own, lower });

const ucx = ['+verbs', '+mlx5_dv', '+rdmacm', '+rc', '+ud', '+dc'];

test('every package is for the GPU; those that need it have the wrapper of nvcc', () => {
  const wrapped = { variants: ['+cuda', 'cuda_arch=90', '+wrapper'] };
  expect(planFor('90', undefined)).toEqual({
    all: { variants: ['+cuda', 'cuda_arch=90'] },
    kokkos: wrapped,
    trilinos: wrapped,
  });
  expect(planFor('gfx90a', {})).toEqual({
    all: { variants: ['+rocm', 'amdgpu_target=gfx90a'] },
  });
});

describe("the step's own variants", () => {
  test('stand beside those of the GPU', () => {
    const packages = { all: { variants: '+mpi' }, hypre: { variants: ['+openmp', '~fortran'] } };
    expect(planFor('gfx90a', packages)).toEqual({
      all: { variants: ['+rocm', 'amdgpu_target=gfx90a', '+mpi'] },
      hypre: { variants: ['+rocm', 'amdgpu_target=gfx90a', '+openmp', '~fortran'] },
    });
  });

  test('win where they set the same one, for all packages or one', () => {
    const own = planFor('90', { all: { variants: '~cuda' }, kokkos: { variants: 'cuda_arch=80' } });
    expect(own).toMatchObject({
      all: { variants: ['cuda_arch=90', '~cuda'] },
      kokkos: { variants: ['+cuda', '+wrapper', 'cuda_arch=80'] },
      trilinos: { variants: ['cuda_arch=90', '+wrapper', '~cuda'] },
    });
  });

  test('are left out where a package has other settings only', () => {
    expect(planFor('gfx90a', { zlib: { version: ['1.2'] } })).not.toHaveProperty('zlib');
  });
});

describe('variants of the site and its catalogue', () => {
  test('for a single package stand beside those of the GPU, and take the place of what they were', () => {
    const lower = [{ hypre: { variants: '+openmp' } }, { kokkos: { variants: ['+openmp'] } }];
    expect(planFor('90', undefined, lower)).toMatchObject({
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
    expect(planFor('90', own, [site, catalogue])).toMatchObject({
      all: { 'variants:': ['+cuda', 'cuda_arch=90', '+mpi'] },
      hypre: { 'variants:': ['+cuda', 'cuda_arch=90', '~openmp', '~superlu-dist'] },
      camp: { 'variants:': ['cuda_arch=90', '~cuda'] },
      trilinos: { variants: ['+cuda', 'cuda_arch=90', '+wrapper', '+mpi'] },
    });
  });

  test('do not bring back the GPU that the step leaves out for all', () => {
    const lower = [{ hypre: { variants: '+cuda +openmp' } }];
    expect(planFor('90', { all: { variants: '~cuda +mpi' } }, lower)).toMatchObject({
      hypre: { 'variants:': ['cuda_arch=90', '+openmp', '~cuda'] },
    });
  });
});

test('other settings of a package stay', () => {
  const packages = { all: { require: ['target=zen3'] }, hypre: { version: ['2'], variants: '+openmp' } };
  expect(addMachineVariants(packages, { gpuArch: '90' }, { own: packages, lower: [] })).toMatchObject({
    all: { require: ['target=zen3'], variants: ['+cuda', 'cuda_arch=90'] },
    hypre: { version: ['2'], variants: ['+cuda', 'cuda_arch=90', '+openmp'] },
  });
});

describe('for a fabric', () => {
  test.each([
    ['InfiniBand NDR200', 'openmpi@4.1', { openmpi: ['fabrics=ucx'], ucx }],
    ['InfiniBand', 'mpich@3.4.3', { mpich: ['device=ch4', 'netmod=ucx'], ucx }],
    ['Slingshot 11', 'mpich@4.3.1', { mpich: ['device=ch4', 'netmod=ofi'] }],
    ['HPE Slingshot', 'openmpi', { openmpi: ['fabrics=ofi'] }],
    ['Omni-Path 100', 'openmpi@5', { openmpi: ['fabrics=psm2'] }],
    [
      'Intel Omni-Path',
      'mpich',
      { mpich: ['device=ch4', 'netmod=ofi'], libfabric: ['fabrics=psm2,sockets,tcp,udp'] },
    ],
    ['Tofu-D', 'openmpi@4.1', {}],
    ['InfiniBand', 'intel-oneapi-mpi', {}],
  ])('%s and %s', (fabric, mpi, packages: Record<string, string[]>) => {
    const expected = Object.entries(packages).map(([name, variants]) => [name, { variants }]);
    expect(plan({ fabric, mpi })).toEqual(Object.fromEntries(expected));
    expect(plan({ fabric, mpi, model: 'hybrid' })).toEqual(Object.fromEntries(expected));
  });

  test("nothing is needed where the host's library replaces the image's", () => {
    expect(plan({ fabric: 'InfiniBand', mpi: 'openmpi@4.1', model: 'bind' })).toEqual({});
  });

  test('nothing is known without a fabric or without MPI', () => {
    expect(plan({ mpi: 'openmpi@4.1' })).toEqual({});
    expect(plan({ fabric: 'InfiniBand' })).toEqual({});
  });

  test('and a GPU: each package has both', () => {
    const gpu = ['+cuda', 'cuda_arch=90'];
    expect(plan({ fabric: 'InfiniBand', mpi: 'openmpi@4.1', gpuArch: '90' })).toMatchObject({
      all: { variants: gpu },
      openmpi: { variants: [...gpu, 'fabrics=ucx'] },
      ucx: { variants: [...gpu, ...ucx] },
    });
  });

  test('what the step says wins, and what it says of all packages is not lost', () => {
    const wish = { fabric: 'InfiniBand', mpi: 'openmpi@4.1' };
    const own = { all: { variants: '+shared' }, openmpi: { variants: ['fabrics=none', '+cxx'] } };
    expect(plan({ ...wish, own })).toEqual({
      openmpi: { variants: ['fabrics=none', '+cxx'] },
      ucx: { variants: [...ucx, '+shared'] },
    });
  });

  test('what the site and its catalogue say wins one by one', () => {
    const wish = { fabric: 'InfiniBand', mpi: 'openmpi@4.1' };
    const lower = [{ openmpi: { variants: 'fabrics=ofi +cxx' } }, { ucx: { variants: ['~rdmacm'] } }];
    expect(plan({ ...wish, lower })).toEqual({
      openmpi: { 'variants:': ['fabrics=ofi', '+cxx'] },
      ucx: { 'variants:': [...ucx.filter((variant) => variant !== '+rdmacm'), '~rdmacm'] },
    });
  });
});
