import { expect, test } from 'vitest';
import { readForm, toForm, writeForm } from './address.ts';
import { emptyForm } from './form.ts';
import { machines } from './machines.fixture.ts';

const read = (query: string) => readForm(new URLSearchParams(query), machines);

test.each([
  '',
  'machine=cray-gpu&workflow=w&step=s&version=v1',
  'machine=cray-gpu&architecture=x86_64&mpi=&workflow=w',
  'machine=rome&engine=docker&mpi=openmpi%404&gpu=cuda%4012+cuda_arch%3D90&force=true&push=no',
  'machine=grace&workflow=w',
  'machine=grace&platform=linux%2Famd64',
  'machine=not-known',
])('an address gives the form that writes it: %s', (query) => {
  expect(writeForm(read(query), machines).toString()).toBe(query);
});

test('the name of a system, or another one of it, fills the machine', () => {
  expect(read('machine=Cray')).toEqual({
    ...emptyForm,
    system: 'cray-gpu',
    architecture: 'zen3',
    mpi: 'mpich@3.4.3',
    gpu: 'hip@6',
  });
  expect(read('machine=cray&mpi=').mpi).toBe('');
});

test('the name of processors brings their platform', () => {
  expect(read('machine=grace')).toMatchObject({
    system: '',
    architecture: 'grace',
    platform: 'linux/arm64',
  });
});

test('singularity is what apptainer is, and odd words are no choice', () => {
  expect(read('engine=singularity').engine).toBe('apptainer');
  expect(read('push=perhaps&force=1')).toMatchObject({ push: 'default', force: false });
});

test('what an earlier build was asked for with is a form again', () => {
  const request = {
    machine: {
      name: 'cray-gpu',
      platform: 'linux/amd64',
      architecture: 'zen3',
      container_engine: 'apptainer',
      mpi: '',
      gpu: 'hip@6',
    },
    workflow: 'w',
    step_id: 's',
    version: 'v1',
    force: true,
    push: false,
  } as const;
  const form = toForm(request, machines);
  expect(writeForm(form, machines).toString()).toBe(
    'machine=cray-gpu&mpi=&workflow=w&step=s&version=v1&force=true&push=no',
  );
});
