import { expect, test } from 'vitest';
import { cray } from '../machine/system/system.fixture.ts';
import { planImageUse } from './run-image.ts';

const sif = { filename: 'w_s_cray.sif', sha256: '3', sizeBytes: 4 };
const madeFor = (machine: string) => ({ id: '1', workflow: 'w', step: 's', version: 'latest', machine });
const naming = { imagesPrefix: '', registryPrefix: 'registry.example.org/cic' };
const reference = 'registry.example.org/cic/w_s:latest';
const requestFor = (machine: object) => ({
  request: JSON.stringify({ machine: { platform: 'linux/amd64', ...machine }, workflow: 'w', step_id: 's' }),
});

test('an image for a known system has the run line of the system', () => {
  const { runScript } = planImageUse(
    { reference: 'w_s:latest', sif, build: madeFor('cray-gpu') },
    { systems: [cray], naming: { imagesPrefix: '' }, build: undefined },
  );
  expect(runScript).toContain('module load rocm/6.2.4 cray-mpich-abi\n');
  expect(runScript).toContain('\nsrun apptainer exec --rocm w_s_cray.sif <command>\n');
});

test('an image for a microarchitecture has the usual line, with the flag for the GPUs that were asked for', () => {
  const machine = { architecture: 'rome', container_engine: 'singularity', gpu: 'cuda@12.4' };
  const { runScript } = planImageUse(
    { reference: 'w_s:latest', sif, build: madeFor('rome') },
    { systems: [cray], naming: { imagesPrefix: '' }, build: requestFor(machine) },
  );
  expect(runScript).toContain('\nsrun apptainer exec --nv w_s_cray.sif <command>\n');
});

test('what was pushed can be pulled: the SIF itself where that was pushed too', () => {
  const image = { reference, sif, build: null };
  const options = { systems: [], build: undefined };
  expect(planImageUse(image, { ...options, naming: { ...naming, pushesSif: true } })).toMatchObject({
    dockerReference: reference,
    apptainerUrl: 'oras://registry.example.org/cic/w_s:latest-sif',
  });
  expect(planImageUse(image, { ...options, naming }).apptainerUrl).toBe(`docker://${reference}`);
});

test('an image for Docker that is in no registry cannot be got elsewhere', () => {
  const image = { reference: 'w_s:latest', sif: null, build: madeFor('rome') };
  expect(planImageUse(image, { systems: [], naming, build: undefined })).toEqual({
    dockerReference: null,
    apptainerUrl: null,
    runScript: null,
  });
});
