import { expect, test } from 'vitest';
import { digestHex, digestOf } from '../oci/digest.ts';
import { bookworm, makeRequest, makeStep } from '../recipe/recipe.fixture.ts';
import { listDependencies, toRequestParameters } from './attest-inputs.ts';

const sha256 = (text: string) => digestHex(digestOf(text));

test('the request is told in the words of a request file', () => {
  expect(toRequestParameters(makeRequest())).toEqual({
    workflow: 'minimal_workflow',
    step_id: 'wordcount',
    version: 'latest',
    machine: {
      platform: 'linux/amd64',
      architecture: 'rome',
      container_engine: 'singularity',
      mpi: 'openmpi@4',
      gpu: 'cuda@10',
    },
  });
});

test('the base image has its own names, and what is absent is left out', () => {
  const { mpi: _mpi, gpu: _gpu, ...machine } = makeRequest().machine;
  const request = {
    machine: { ...machine, imageFormat: 'oci' as const },
    source: { kind: 'base' },
    force: false,
  } as const;
  expect(toRequestParameters(request)).toEqual({
    workflow: 'BASE',
    step_id: 'BASE',
    machine: { platform: 'linux/amd64', architecture: 'rome', container_engine: 'docker' },
  });
});

test('where a local step folder lies is not told', () => {
  const source = {
    kind: 'folder',
    path: '/home/me/step',
    workflow: 'w',
    stepId: 's',
    version: 'latest',
  } as const;
  expect(JSON.stringify(toRequestParameters({ ...makeRequest(), source }))).not.toContain('/home/me');
});

test('base image, commit and files of the step are inputs', () => {
  expect(listDependencies({ base: bookworm, step: makeStep() })).toEqual([
    { name: 'base image of the suite bookworm', digest: { sha256: sha256('base') } },
    {
      name: 'workflow registry',
      uri: 'git+https://git.example.org/workflows.git',
      digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' },
    },
    { name: 'step minimal_workflow/wordcount', digest: { cicTreeSha256: sha256('step') } },
  ]);
});

test('a step outside git is known by its files alone', () => {
  const { commit: _commit, registryUrl: _url, ...step } = makeStep();
  expect(listDependencies({ base: bookworm, step }).map(({ name }) => name)).toEqual([
    'base image of the suite bookworm',
    'step minimal_workflow/wordcount',
  ]);
});

test('a base image from a registry is known by reference and digest', () => {
  const base = {
    base: { kind: 'reference', reference: 'r.example.org/debian:12' },
    digest: digestOf('b'),
  } as const;
  expect(listDependencies({ base })).toEqual([
    { name: 'base image', uri: 'r.example.org/debian:12', digest: { sha256: sha256('b') } },
  ]);
});

test('of Spack, its packages, the catalogue and the lock those are inputs that are known', () => {
  const spackInputs = {
    version: '1.1.1',
    commit: 'a'.repeat(40),
    packagesCommit: 'b'.repeat(40),
    catalogueTreeHash: digestOf('catalogue'),
    lockDigest: digestOf('lock'),
  };
  const [, ...all] = listDependencies({ base: bookworm, spackInputs });
  expect(all).toEqual([
    { name: 'Spack 1.1.1', digest: { gitCommit: 'a'.repeat(40) } },
    { name: "Spack's packages", digest: { gitCommit: 'b'.repeat(40) } },
    { name: 'software catalogue', digest: { cicTreeSha256: sha256('catalogue') } },
    { name: 'spack.lock', digest: { sha256: sha256('lock') } },
  ]);
  expect(listDependencies({ base: bookworm, spackInputs: {} })).toHaveLength(1);
});
