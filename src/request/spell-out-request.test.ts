import { expect, test } from 'vitest';
import { cray } from '../machine/system/system.fixture.ts';
import { parseRequestText, requireRequest } from './parse-request.ts';
import { spellOutRequest } from './spell-out-request.ts';

const systems = [cray];
const step = { workflow: 'w', step_id: 's' };

function spellOut(request: object) {
  return spellOutRequest(requireRequest(parseRequestText(JSON.stringify(request), { systems })));
}

test('a request keeps the words that its names come from, in their plain form', () => {
  const machine = { platform: 'linux/amd64', architecture: 'Rome', container_engine: 'singularity' };
  expect(spellOut({ ...step, machine, version: 'v1', force: 'True', push: false })).toEqual({
    machine: { ...machine, architecture: 'rome', container_engine: 'apptainer', mpi: '', gpu: '' },
    ...step,
    version: 'v1',
    force: true,
    push: false,
  });
});

test.each([
  { name: 'cray', mpi: '' },
  { name: 'cray-gpu', architecture: 'x86_64', mpi: 'openmpi@5' },
])('what is spelled out asks for the same: %j', (machine) => {
  const request = { ...step, machine };
  const parse = (value: object) => requireRequest(parseRequestText(JSON.stringify(value), { systems }));
  const spelled = spellOut(request);
  expect(spellOut(spelled)).toEqual(spelled);
  expect(parse(spelled).machine).toMatchObject({
    microarchitecture: parse(request).machine.microarchitecture,
    platform: parse(request).machine.platform,
  });
});

test('the base image is no version of anything', () => {
  const machine = { platform: 'linux/arm64', architecture: 'none', container_engine: 'docker' };
  expect(spellOut({ machine, workflow: 'BASE', step_id: 'BASE' })).toMatchObject({
    workflow: 'BASE',
    step_id: 'BASE',
    version: 'latest',
  });
});
