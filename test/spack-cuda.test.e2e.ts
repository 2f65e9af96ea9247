import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { run } from '../src/exec/run.ts';
import { execInImage, inspectImage } from './apptainer.ts';
import { repository, runCic } from './cic.ts';
import { cudaArchive, gpuSite } from './spack-gpu-site.ts';
import { findSpack, isLegacy, writeSite } from './spack-site.ts';
import { buildSpackStep, runInSif } from './spack-step.ts';
import type { TestStep } from './step.ts';

const spack = await findSpack();
const isTested = spack !== undefined && !(await isLegacy(spack));

let folder: string;
let config: string;
let step: TestStep | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-cuda-'));
  if (!isTested) return;
  await run({ file: `${repository}test/setup/cuda-toolkit.sh`, args: [] });
  await run({ file: 'tar', args: ['-xf', cudaArchive, '-C', folder, '--wildcards', '*/stubs/libcuda.so'] });
  config = await writeSite(join(folder, 'site'), spack, gpuSite);
});

afterEach(() => step?.remove());

afterAll(() => rm(folder, { recursive: true }));

const files = {
  'eflows4hpc.yaml': 'spack: {specs: [axpy]}\n',
  'post_inst.sh': 'cuobjdump --list-elf /opt/view/bin/axpy > /code.txt\n',
};

/** There is no GPU here: NVIDIA's compiler makes the code for it, and what needs none is run. */
describe.skipIf(!isTested).each(engineKinds)('an image for GPUs, built by %s', (engine) => {
  test('has code for them and what it runs with, and its driver is the host’s', async () => {
    const machine = { name: 'tests-a100' };
    const outcome = await buildSpackStep({ stepId: 'cuda', files, config, engine, machine });
    step = outcome.step;
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    const sif = outcome.report.path ?? '';
    expect(await runInSif(sif, 'cat /code.txt')).toMatch(/^ELF file +1: axpy\.1\.sm_80\.cubin$/m);
    await expectToRun(sif);
    await expectToBeSlim(sif);
    await expectToSayWhatItNeeds(sif);
  });
});

async function expectToRun(sif: string): Promise<void> {
  for (const flags of [['--cleanenv'], ['--cleanenv', '--nv']]) {
    expect(await execInImage(sif, ['axpy'], { flags })).toMatch(/^no GPU: .*driver/);
  }
  expect(await runInSif(sif, 'ldd /opt/view/bin/driver | grep "not found"')).toBe(
    '\tlibcuda.so.1 => not found\n',
  );
  // Where --nv puts the libraries of the host.
  const library = join(folder, 'cuda-13.0/targets/x86_64-linux/lib/stubs/libcuda.so');
  const flags = ['--cleanenv', '--bind', `${library}:/.singularity.d/libs/libcuda.so.1`];
  expect(await execInImage(sif, ['driver'], { flags })).toBe('cuInit: 34\n');
}

/** Of the toolkit there is what runs, and no link to anything else. */
async function expectToBeSlim(sif: string): Promise<void> {
  const programs = 'axpy driver fatbinary nvlink ptxas'.split(' ');
  expect((await runInSif(sif, 'ls /opt/view/bin')).trim().split('\n')).toEqual(programs);
  expect(await runInSif(sif, 'find -L /opt/view -type l')).toBe('');
  expect(await runInSif(sif, 'ldd /opt/view/bin/axpy')).toMatch(
    /libcudart\.so\.13 => \/opt\/software\/cuda-13\.0\.2-\w+\//,
  );
  const left = 'cd $CUDA_HOME && ls libdevice.10.bc nvvm/libdevice lib64/ include/cuda.h doc bin 2>/dev/null';
  expect((await runInSif(sif, `${left} || :`)).split('\n')).toEqual(
    expect.arrayContaining([
      'libdevice.10.bc',
      'libcudart.so',
      'libcudart.so.13',
      'include/cuda.h',
      'EULA.txt',
    ]),
  );
  const unused = '\\( -name "nvcc*" -o -name "cicc*" -o -name "cudafe*" -o -name "*.a" -o -name stubs \\)';
  expect(await runInSif(sif, `find /opt/software /opt/view ${unused}`)).toBe('');
}

async function expectToSayWhatItNeeds(sif: string): Promise<void> {
  const labels = await inspectImage(sif, '--labels');
  expect(labels).toContain('cic.machine.gpu: cuda@13.0');
  expect(labels).toContain('cic.host.gpu.driver: cuda/13.0');
  // Both where its machine is known and where it is not.
  for (const site of [['--config', config], []]) {
    const { stdout } = await runCic(['run-line', ...site, sif, '--', 'axpy']);
    expect(stdout.split('\n').at(-2)).toBe(`srun apptainer exec --nv ${sif} axpy`);
  }
}
