import type { HpcSystem } from './system.ts';

/** A Cray with AMD GPUs, for tests. */
export const cray: HpcSystem = {
  name: 'cray-gpu',
  aliases: ['cray'],
  description: 'A Cray, Somewhere',
  platform: { os: 'linux', architecture: 'amd64' },
  microarchitecture: 'zen3',
  gpu: { kind: 'rocm', arch: 'gfx90a', driver: 'rocm/6.2.4' },
  mpi: {
    family: 'cray-mpich',
    version: '8.1.31',
    abi: 'mpich',
    buildWith: 'mpich@3.4.3',
    pmi: 'cray_pmi',
    model: 'bind',
  },
  scheduler: 'slurm',
  runtime: { name: 'apptainer', version: '1.3.6', gpuFlag: '--rocm' },
  modules: ['rocm/6.2.4', 'cray-mpich-abi'],
  bind: ['/opt/cray', '/var/spool'],
  env: { APPTAINERENV_LD_LIBRARY_PATH: '$CRAY_LD_LIBRARY_PATH:/opt/cray/pe/lib64' },
  runLine: 'srun apptainer exec --rocm {image} {command}',
  unconfirmed: [],
  sources: [{ url: 'https://example.org/docs', fact: 'all' }],
};

/** An Arm cluster whose containers Podman runs. */
export const arm: HpcSystem = {
  name: 'arm-cluster',
  aliases: [],
  platform: { os: 'linux', architecture: 'arm64' },
  microarchitecture: 'neoverse_v2',
  gpu: { kind: 'cuda', arch: '90' },
  mpi: { family: 'openmpi', abi: 'openmpi' },
  scheduler: 'flux',
  runtime: { name: 'podman-hpc', gpuFlag: '--gpu' },
  modules: [],
  bind: ['/opt'],
  env: {},
  unconfirmed: ['mpi'],
  sources: [],
};
