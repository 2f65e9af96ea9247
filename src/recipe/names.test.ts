import { expect, test } from 'vitest';
import { planImageNames } from './names.ts';
import { makeRequest } from './recipe.fixture.ts';

const site = { imagesPrefix: '' };

test('names follow the contract, word by word', () => {
  expect(planImageNames(makeRequest(), site)).toEqual({
    repository: 'minimal_workflow_wordcount_rome_openmpi_4_cuda_10',
    tag: 'latest',
    sifFilename: 'minimal_workflow_wordcount_rome_openmpi_4_cuda_10_v_latest.sif',
  });
});

test('a machine without MPI and GPU says so', () => {
  const { mpi: _mpi, gpu: _gpu, ...machine } = makeRequest().machine;
  const names = planImageNames({ ...makeRequest(), machine }, site);
  expect(names.repository).toBe('minimal_workflow_wordcount_rome_nompi_nogpu');
});

test('the prefix is part of the image name, not of the file name', () => {
  const names = planImageNames(makeRequest(), { imagesPrefix: 'Team/HPC_' });
  expect(names.repository).toBe('team/hpc_minimal_workflow_wordcount_rome_openmpi_4_cuda_10');
  expect(names.sifFilename).toBe('minimal_workflow_wordcount_rome_openmpi_4_cuda_10_v_latest.sif');
});

test.each([
  ['feature/New-Thing', 'feature_new-thing'],
  ['v1.2.3', 'v1.2.3'],
  ['-dash', 'dash'],
  ['x'.repeat(200), 'x'.repeat(128)],
])('the version %s gives the valid tag %s', (version, tag) => {
  expect(planImageNames(makeRequest({ version }), site).tag).toBe(tag);
});

test('nothing in a file name needs quoting in a URL or a shell', () => {
  const request = makeRequest({
    machine: { mpi: 'intel-mpi@2018:', gpu: 'cuda@10+dev' },
    version: 'a%b#c?d',
  });
  expect(planImageNames(request, site).sifFilename).toMatch(/^[a-z0-9._-]+$/);
});
