import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeFakeSif } from '../../sif/inspect/sif.fixture.ts';
import { runForTest } from '../cli.fixture.ts';

let folder: string;
let sif: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-run-line-'));
  sif = join(folder, 'my image.sif');
});
afterEach(() => rm(folder, { recursive: true }));

test('a SIF says itself which machine it is for', async () => {
  await writeFakeSif(sif, { 'cic.machine.name': 'lumi-g', 'cic.machine.mpi': 'mpich@3.4.3' });
  const { exitCode, stdout, stderr } = await runForTest(['run-line', sif, '--', './app', '-n', 'a b']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe(
    [
      '# lumi-g: LUMI, GPU partition, CSC',
      'module load singularity-bindings',
      `srun singularity run --rocm '${sif}' ./app -n 'a b'`,
      '',
    ].join('\n'),
  );
});

test('an MPI that the machine cannot replace is told on standard error', async () => {
  await writeFakeSif(sif, { 'cic.machine.name': 'lumi-c', 'cic.machine.mpi': 'openmpi@4' });
  const { exitCode, stderr } = await runForTest(['run-line', sif]);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('openmpi@4 of the image (libmpi.so.40) is not ABI-compatible with cray-mpich');
});

test('an image of a system that is not known here says its own run line, and nothing to the terminal', async () => {
  const line = 'srun magic {image} {command}\u001b[31m';
  await writeFakeSif(sif, { 'cic.machine.name': 'elsewhere', 'cic.run-line': line });
  const { stdout } = await runForTest(['run-line', sif, '--', 'app']);
  expect(stdout).toContain('# elsewhere is not a known HPC system here');
  expect(stdout).toContain(`srun magic '${sif}' app?[31m\n`);
});

test('an image without a machine is run with srun and Apptainer', async () => {
  await writeFakeSif(sif, { 'cic.machine.gpu': 'cuda@12' });
  const { stdout } = await runForTest(['run-line', sif]);
  expect(stdout).toContain(`srun apptainer exec --nv '${sif}' <command>\n`);
});

test('--machine wins, and the image need not be on this machine', async () => {
  const { exitCode, stdout } = await runForTest(['run-line', 'x.sif', '--machine', 'mn5-acc', '--', 'app']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('srun singularity exec --nv x.sif app\n');
  const unknown = await runForTest(['run-line', 'x.sif', '--machine', 'mn6']);
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('MACHINE_UNKNOWN_SYSTEM') });
});

test('a command without an image is no image', async () => {
  const argv = ['run-line', '--machine', 'mn5-acc', '--', './app', '--', '-n', '2'];
  const { exitCode, stdout, stderr } = await runForTest(argv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('srun singularity exec --nv <image> ./app -- -n 2\n');
  const first = await runForTest(['run-line', '--', './app', '--machine', 'mn5-acc']);
  expect(first).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('name an image') });
});

test('systems of the site are known too', async () => {
  const config = join(folder, 'site.yaml');
  await mkdir(join(folder, 'ours'));
  await writeFile(
    join(folder, 'ours', 'ours.yaml'),
    'name: ours\nplatform: linux/amd64\nmicroarchitecture: zen3\nscheduler: pbs\n',
  );
  await writeFile(config, 'machines: ours\n');
  const { stdout } = await runForTest(['run-line', '-m', 'ours', '-c', config]);
  expect(stdout).toContain('mpiexec apptainer exec <image> <command>\n');
});

test('without an image and a machine there is nothing to print', async () => {
  const { exitCode, stderr } = await runForTest(['run-line']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('name an image, or a system with --machine');
});

test('an image that is nowhere is named', async () => {
  vi.stubEnv('PATH', folder);
  const { exitCode, stderr } = await runForTest(['run-line', join(folder, 'none.sif')]).finally(() =>
    vi.unstubAllEnvs(),
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain('none.sif');
});
