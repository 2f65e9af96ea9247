import { afterEach, describe, expect, test } from 'vitest';
import { gpuArchOf } from '../src/spack/lock-nodes.ts';
import { findSpack, isLegacy } from './spack-site.ts';
import { planSpackStep } from './spack-step.ts';
import type { TestStep } from './step.ts';

const spack = await findSpack();
const isOld = await isLegacy(spack);

let step: TestStep | undefined;

afterEach(() => step?.remove());

type Section = { readonly specs: readonly string[]; readonly packages?: object };

/**
 * The packages of a step's environment, by name.
 *
 * @param config The site's own configuration of Spack.
 */
async function solve(machine: string, section: Section, config?: object) {
  const plan = await planSpackStep({ machine, ...section, spack, ...(config && { config }) });
  step = plan.step;
  expect(plan.exitCode, plan.stderr).toBe(0);
  return plan.packages;
}

/** Nothing of the toolkits is downloaded: that these environments can be solved is what is seen here. */
describe.skipIf(spack === undefined || isOld)('Spack solves an environment for the GPUs of a machine', () => {
  test('of NVIDIA, with the CUDA that the driver runs', async () => {
    const packages = await solve('marenostrum5-acc', { specs: ['kokkos', 'camp ~cuda', 'zlib'] });
    expect(packages.get('cuda')?.version).toMatch(/^12\.6\./);
    expect(packages.get('kokkos')?.parameters).toMatchObject({ cuda: true, wrapper: true });
    expect(packages.get('camp')?.parameters).toMatchObject({ cuda: false });
    const compiled = [...packages.values()].flatMap((node) => gpuArchOf(node) ?? []);
    expect(compiled).toEqual(['cuda_arch=90']);
  });

  test('beside variants of the site, over which those of the step win', async () => {
    const packages = await solve(
      'marenostrum5-acc',
      { specs: ['kokkos', 'zlib'], packages: { zlib: { variants: '+shared' } } },
      { packages: { kokkos: { variants: '+openmp' }, zlib: { variants: '~shared' } } },
    );
    expect(packages.get('kokkos')?.parameters).toMatchObject({ cuda: true, wrapper: true, openmp: true });
    expect(packages.get('zlib')?.parameters).toMatchObject({ shared: true });
  });

  test('of AMD, with an MPI that has no ROCm itself', async () => {
    const packages = await solve('lumi-g', { specs: ['hypre'] });
    expect(packages.get('hip')?.version).toMatch(/^6\.3\./);
    expect(gpuArchOf(packages.get('hypre') ?? { parameters: {} })).toBe('amdgpu_target=gfx90a');
    expect(packages.get('mpich')?.parameters).toMatchObject({ rocm: false });
  });
});

describe.skipIf(spack === undefined)('Spack solves an MPI that reaches the fabric of a machine', () => {
  test('of InfiniBand, through UCX with the transports of its adapters', async () => {
    const packages = await solve('karolina-cpu', { specs: ['hdf5+mpi'] });
    expect(packages.get('openmpi')?.version).toMatch(/^4\.1\./);
    expect(packages.get('openmpi')?.parameters['fabrics']).toEqual(['ucx']);
    expect(packages.get('ucx')?.parameters).toMatchObject({
      verbs: true,
      mlx5_dv: true,
      rdmacm: true,
      rc: true,
      ud: true,
      dc: true,
    });
    expect(packages.get('rdma-core')).toBeDefined();
  });
});
