import { afterEach, describe, expect, test } from 'vitest';
import type { PlanReport } from '../src/build/plan-report.ts';
import { parseLock } from '../src/spack/lock.ts';
import { gpuArchOf } from '../src/spack/lock-nodes.ts';
import { runCic } from './cic.ts';
import { findSpack, isLegacy } from './spack-site.ts';
import { type TestStep, writeStep } from './step.ts';

const spack = await findSpack();
const isOld = await isLegacy(spack);

let step: TestStep | undefined;

afterEach(() => step?.remove());

async function solve(machine: string, specs: readonly string[]) {
  step = await writeStep(
    {
      'step/eflows4hpc.yaml': JSON.stringify({ spack: { specs } }),
      'cic.json': JSON.stringify({ spack }),
    },
    { machine, path: 'step/step' },
  );
  const args = ['--request', step.request, '--config', `${step.folder}/step/cic.json`, '--dry-run', '--json'];
  const { exitCode, stdout, stderr } = await runCic(['build', ...args]);
  expect(exitCode, stderr).toBe(0);
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as PlanReport;
  const { nodes } = parseLock(report.spack_lock ?? '');
  return new Map(nodes.map((node) => [node.name, node]));
}

/** Nothing of the toolkits is downloaded: that these environments can be solved is what is seen here. */
describe.skipIf(spack === undefined || isOld)('Spack solves an environment for the GPUs of a machine', () => {
  test('of NVIDIA, with the CUDA that the driver runs', async () => {
    const packages = await solve('marenostrum5-acc', ['kokkos', 'camp ~cuda', 'zlib']);
    expect(packages.get('cuda')?.version).toMatch(/^12\.6\./);
    expect(packages.get('kokkos')?.parameters).toMatchObject({ cuda: true, wrapper: true });
    expect(packages.get('camp')?.parameters).toMatchObject({ cuda: false });
    const compiled = [...packages.values()].flatMap((node) => gpuArchOf(node) ?? []);
    expect(compiled).toEqual(['cuda_arch=90']);
  });

  test('of AMD, with an MPI that has no ROCm itself', async () => {
    const packages = await solve('lumi-g', ['hypre']);
    expect(packages.get('hip')?.version).toMatch(/^6\.3\./);
    expect(gpuArchOf(packages.get('hypre') ?? { parameters: {} })).toBe('amdgpu_target=gfx90a');
    expect(packages.get('mpich')?.parameters).toMatchObject({ rocm: false });
  });
});
