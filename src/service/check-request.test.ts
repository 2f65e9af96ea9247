import { expect, test } from 'vitest';
import { checkRequest } from './check-request.ts';

const request = {
  machine: {
    platform: 'linux/amd64',
    architecture: 'rome',
    container_engine: 'singularity',
    mpi: 'openmpi@4',
  },
  workflow: 'minimal_workflow',
  step_id: 'wordcount',
};
const options = { systems: [], naming: { imagesPrefix: 'cic/' } };

test('a good request has the names of its result', () => {
  expect(checkRequest(JSON.stringify(request), options)).toEqual({
    problems: [],
    request: expect.objectContaining({ machine: expect.objectContaining({ microarchitecture: 'zen2' }) }),
    names: {
      image: 'cic/minimal_workflow_wordcount_rome_openmpi_4_nogpu:latest',
      sifFilename: 'minimal_workflow_wordcount_rome_openmpi_4_nogpu_v_latest.sif',
    },
  });
});

test('names are of the registry where there is one, and Docker gets no SIF', () => {
  const forDocker = { ...request, machine: { ...request.machine, container_engine: 'docker' } };
  const naming = { imagesPrefix: '', registryPrefix: 'registry.example.org/hpc' };
  expect(checkRequest(JSON.stringify(forDocker), { systems: [], naming }).names).toEqual({
    image: 'registry.example.org/hpc/minimal_workflow_wordcount_rome_openmpi_4_nogpu:latest',
  });
});

test('everything that is wrong is told with its place', () => {
  const text = '{"machine": {"platform": "linux/amd65",\n"architecture": "rme"}, "workflow": "w"}';
  const { problems, names } = checkRequest(text, options);
  expect(names).toBeUndefined();
  expect(problems.map(({ field, position }) => [field, position?.line])).toEqual(
    expect.arrayContaining([
      ['machine.platform', 1],
      ['machine.architecture', 2],
      ['step_id', 1],
    ]),
  );
});
