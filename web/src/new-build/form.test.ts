import { expect, test } from 'vitest';
import { changedFields, emptyForm, fieldsOfSystem, toRequest } from './form.ts';
import { machines } from './machines.fixture.ts';

const [cray] = machines.systems;
if (cray === undefined) throw new Error('no system');
const step = { workflow: 'w', step: 's' };
const onCray = { ...emptyForm, ...step, system: cray.name, ...fieldsOfSystem(cray) };

test('a machine without a name is all of its fields, and no empty spec', () => {
  const form = { ...emptyForm, ...step, architecture: ' rome ', mpi: 'openmpi@4' };
  expect(toRequest(form, undefined)).toEqual({
    machine: {
      platform: 'linux/amd64',
      architecture: 'rome',
      container_engine: 'apptainer',
      mpi: 'openmpi@4',
    },
    workflow: 'w',
    step_id: 's',
    version: 'latest',
    force: false,
  });
});

test('a named system is its name, with what was changed of it alone', () => {
  expect(toRequest(onCray, cray).machine).toBe('cray-gpu');
  const changed = { ...onCray, mpi: '', engine: 'docker' } as const;
  expect(changedFields(changed, cray)).toEqual(['engine', 'mpi']);
  expect(toRequest(changed, cray).machine).toEqual({
    name: 'cray-gpu',
    container_engine: 'docker',
    mpi: '',
  });
});

test('options are said where they are chosen', () => {
  const form = { ...onCray, version: ' ', force: true, push: 'no' } as const;
  expect(toRequest(form, cray)).toMatchObject({ version: 'latest', force: true, push: false });
  expect(toRequest(onCray, cray)).not.toHaveProperty('push');
});
