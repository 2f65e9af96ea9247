import { expect, test } from 'vitest';
import { formatProblem } from '../errors/problem.ts';
import { arm, cray } from '../machine/system/system.fixture.ts';
import { planImageNames } from '../recipe/names.ts';
import { parseRequestText } from './parse-request.ts';

const systems = [cray, arm];

function parse(machine: unknown) {
  const text = JSON.stringify({ machine, workflow: 'w', step_id: 's' });
  const { request, problems } = parseRequestText(text, { file: 'r.json', cwd: '/', systems });
  return { request, machine: request?.machine, problems: problems.map(formatProblem) };
}

test('the name of a system says all that a machine needs', () => {
  expect(parse('cray-gpu')).toMatchObject({
    machine: {
      platform: { os: 'linux', architecture: 'amd64' },
      microarchitecture: 'zen3',
      requestedArchitecture: 'cray-gpu',
      imageFormat: 'sif',
      mpi: 'mpich@3.4.3',
      gpu: 'hip@6',
      gpuArch: 'gfx90a',
      system: { name: 'cray-gpu' },
    },
    problems: [],
  });
});

test('the name in a mapping means the same, and an alias means the system', () => {
  const { machine } = parse('cray-gpu');
  expect(parse({ name: 'cray-gpu' })).toMatchObject({ machine, problems: [] });
  expect(parse(' CRAY ').machine).toEqual(machine);
});

test('images are named after the system', () => {
  const { request } = parse('cray');
  expect(request && planImageNames(request, { imagesPrefix: '' }).repository).toBe(
    'w_s_cray-gpu_mpich_3.4.3_hip_6',
  );
});

test('a system whose runtime takes OCI images gets one; what the system does not say is none', () => {
  const { machine, problems } = parse({ name: 'arm-cluster' });
  expect(problems).toEqual([]);
  expect(machine).toMatchObject({ imageFormat: 'oci', gpu: 'cuda@12', gpuArch: '90' });
  expect(machine).not.toHaveProperty('mpi');
});

test('fields beside the name win', () => {
  expect(
    parse({ name: 'cray', container_engine: 'docker', mpi: 'openmpi@5', gpu: 'hip@6 amdgpu_target=gfx942' }),
  ).toMatchObject({
    machine: {
      requestedArchitecture: 'cray-gpu',
      imageFormat: 'oci',
      mpi: 'openmpi@5',
      gpu: 'hip@6 amdgpu_target=gfx942',
      gpuArch: 'gfx942',
    },
    problems: [],
  });
});

test('fields beside the name that are empty: none for MPI and GPU, the system for all others', () => {
  const { machine, problems } = parse({ name: 'cray', platform: '', architecture: null, mpi: '', gpu: '' });
  expect(problems).toEqual([]);
  expect(machine).toMatchObject({ microarchitecture: 'zen3', requestedArchitecture: 'cray-gpu' });
  for (const field of ['mpi', 'gpu', 'gpuArch']) expect(machine).not.toHaveProperty(field);
  expect(parse({ name: 'cray', mpi: null }).machine).toMatchObject({ mpi: 'mpich@3.4.3' });
});

test('a GPU toolkit of another kind has no architecture of the system', () => {
  expect(parse({ name: 'cray', gpu: 'cuda@12' }).machine).not.toHaveProperty('gpuArch');
  expect(parse({ name: 'cray', gpu: 'hip@6' }).machine).toMatchObject({ gpuArch: 'gfx90a' });
});

test('a GPU toolkit that the system has no use for costs a warning', () => {
  expect(parse({ name: 'cray', gpu: 'cuda@12' }).problems).toEqual([
    'r.json:1:33: machine.gpu: "cuda@12" is of no use on cray-gpu, which has GPUs of another kind: rocm gfx90a' +
      " (leave it out, and it is the system's)",
  ]);
  const { gpu: _gpu, ...plain } = { ...arm, name: 'plain' };
  const text = JSON.stringify({ machine: { name: 'plain', gpu: 'hip' }, workflow: 'w', step_id: 's' });
  const { problems } = parseRequestText(text, { file: 'r.json', cwd: '/', systems: [plain] });
  expect(problems).toMatchObject([{ message: '"hip" is of no use on plain, which has no GPUs' }]);
});

test('an architecture beside the name is the one asked for', () => {
  expect(parse({ name: 'cray', architecture: 'Rome' })).toMatchObject({
    machine: { microarchitecture: 'zen2', requestedArchitecture: 'rome', system: { name: 'cray-gpu' } },
    problems: [],
  });
});

test('code that does not run on the system costs a warning', () => {
  const { machine, problems } = parse({ name: 'cray', architecture: 'zen4' });
  expect(machine).toMatchObject({ microarchitecture: 'zen4' });
  expect(problems).toEqual([
    'r.json:1:42: machine.architecture: code for zen4 does not run on cray-gpu, whose processors are zen3' +
      " (leave it out, and it is the system's)",
  ]);
});

test('a platform that contradicts the system is an error', () => {
  expect(parse({ name: 'cray', platform: 'linux/arm64' })).toMatchObject({
    request: undefined,
    problems: [expect.stringContaining('architecture "zen3" (x86_64) contradicts platform linux/arm64')],
  });
});

test('a slip in the name is told with its place, and the other fields are checked all the same', () => {
  expect(parse('cray-gpuu').problems).toEqual([
    'r.json:1:12: machine: "cray-gpuu" is not a known HPC system' +
      ' (did you mean "cray-gpu"? `cic machines` lists all systems)',
  ]);
  expect(parse({ name: 'crya', mpi: 'Open MPI', nmae: 1 }).problems).toEqual([
    expect.stringContaining('r.json:1:20: machine.name: "crya" is not a known HPC system'),
    expect.stringContaining('machine.mpi: "Open MPI" is not allowed here'),
    expect.stringContaining('machine.nmae: is not a known key and is ignored (did you mean "name"?)'),
  ]);
});

test('a name of another type is an error; an empty one names nothing', () => {
  expect(parse({ name: 5 }).problems).toEqual([expect.stringContaining('machine.name: must be a text')]);
  const machine = { name: '', platform: 'linux/amd64', architecture: 'none', container_engine: 'docker' };
  expect(parse(machine).machine).not.toHaveProperty('system');
  expect(parse({ name: '' }).problems).toHaveLength(3);
});

test('a machine that is described has its GPU architecture from the spec', () => {
  const machine = { platform: 'linux/amd64', architecture: 'rome', container_engine: 'docker' };
  expect(parse({ ...machine, gpu: 'cuda@12 cuda_arch=90' }).machine).toMatchObject({
    gpu: 'cuda@12 cuda_arch=90',
    gpuArch: '90',
  });
});
