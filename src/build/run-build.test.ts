import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cray } from '../machine/system/system.fixture.ts';
import { digestOf } from '../oci/digest.ts';
import { bookworm, makeRequest } from '../recipe/recipe.fixture.ts';
import { createRig, pushTo, type Rig, resolveTo } from './build.fixture.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

const name = 'minimal_workflow_wordcount_rome_openmpi_4_cuda_10:latest';

test('names are given last, the SIF its own after the image', async () => {
  const result = await rig.run();
  const calls = ['resolve', 'build', 'export', 'convert', 'tag', 'publish-sif', 'read-files'];
  expect(rig.calls).toEqual(calls);
  expect(result).toMatchObject({ imageReference: name, sif: { sha256: 'ab', sizeBytes: 3 } });
});

test('an image for Docker is not converted', async () => {
  const machine = { ...makeRequest().machine, imageFormat: 'oci' as const };
  const result = await rig.run({ request: { machine } });
  expect(rig.calls).not.toContain('convert');
  expect(result.sif).toBeUndefined();
});

test('an MPI that the named system cannot replace costs a warning, and the build goes on', async () => {
  const machine = { ...makeRequest().machine, system: cray };
  await rig.run({ request: { machine } });
  expect(rig.events.filter(({ kind }) => kind === 'warning')).toEqual([
    {
      kind: 'warning',
      message: expect.stringContaining('openmpi@4 of the image (libmpi.so.40) is not ABI-compatible'),
      hint: 'images for cray-gpu use mpich@3.4.3',
    },
  ]);
  expect(rig.calls).toContain('publish-sif');
});

test('an MPI that fits the named system costs none', async () => {
  const machine = { ...makeRequest().machine, system: cray, mpi: 'mpich@3.4' };
  await rig.run({ request: { machine } });
  expect(rig.events.filter(({ kind }) => kind === 'warning')).toEqual([]);
});

test('with a registry the pushed digest is the one that is reported', async () => {
  const result = await rig.run({ deps: pushTo(rig, 'registry.example.org/team') });
  const published = ['resolve', 'build', 'export', 'convert', 'push', 'tag', 'publish-sif'];
  expect(rig.calls).toEqual([...published, 'read-files', 'attach']);
  expect(result.manifestDigest).toBe(digestOf('pushed'));
  expect(result.imageReference).toBe(`registry.example.org/team/${name}`);
});

test('push: false keeps the image on this machine', async () => {
  await rig.run({ deps: pushTo(rig, 'registry.example.org'), request: { push: false } });
  expect(rig.calls).not.toContain('push');
});

test('push without a registry is refused before anything is built', async () => {
  await expect(rig.run({ request: { push: true } })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  expect(rig.calls).toEqual([]);
});

test.each(['build', 'export', 'convert', 'push'])('a failing %s leaves no name behind', async (stage) => {
  rig.failing = stage;
  await expect(rig.run({ deps: pushTo(rig, 'registry.example.org') })).rejects.toThrow(`${stage} fails`);
  expect(rig.tags.size).toBe(0);
  expect(rig.calls).not.toContain('publish-sif');
});

test.each(['push', 'tag'])('a converted SIF is discarded when %s fails', async (stage) => {
  rig.failing = stage;
  await expect(rig.run({ deps: pushTo(rig, 'registry.example.org') })).rejects.toThrow();
  expect(rig.calls.at(-1)).toBe('discard-sif');
});

test('an unchanged image is not exported and converted again', async () => {
  const first = await rig.run();
  rig.calls.length = 0;
  const second = await rig.run();
  expect(rig.calls).toEqual(['resolve', 'build']);
  expect(second.sif).toEqual(first.sif);
  expect(second.manifestDigest).toBe(first.manifestDigest);
});

test('an unchanged image that the registry has is not exported, converted and pushed again', async () => {
  const deps = pushTo(rig, 'registry.example.org');
  const first = await rig.run({ deps });
  rig.calls.length = 0;
  const second = await rig.run({ deps });
  expect(rig.calls).toEqual(['resolve', 'build']);
  expect(second).toMatchObject({ manifestDigest: first.manifestDigest, sif: first.sif });
});

test('an unchanged image that the registry does not have any more is pushed again', async () => {
  await rig.run({ deps: pushTo(rig, 'registry.example.org') });
  rig.calls.length = 0;
  await rig.run({ deps: pushTo(rig, 'registry.example.org') });
  expect(rig.calls).toContain('push');
});

test('an unchanged image whose name was taken away is published again', async () => {
  await rig.run();
  rig.tags.clear();
  rig.calls.length = 0;
  await rig.run();
  expect(rig.calls).toContain('tag');
});

test('a file that changes while the step is read fails the build', async () => {
  const run = rig.run({ deps: { hashTree: async () => digestOf('changed') } });
  await expect(run).rejects.toMatchObject({ code: 'BUILD_STEP_CHANGED' });
  expect(rig.calls).toEqual(['resolve']);
});

test.each(['', 'build', 'convert'])('the workspace is gone after a build (failing: "%s")', async (stage) => {
  if (stage !== '') rig.failing = stage;
  await rig.run().catch(() => undefined);
  expect(await readdir(join(rig.folder, 'work'))).toEqual([]);
});

test('every stage that starts also finishes, with its outcome', async () => {
  rig.failing = 'convert';
  await rig.run().catch(() => undefined);
  const outcomes = rig.events.flatMap((event) =>
    event.kind === 'stage-finished' ? [[event.stage, event.outcome]] : [],
  );
  expect(outcomes).toEqual([
    ['resolve', 'done'],
    ['export', 'done'],
    ['convert', 'failed'],
  ]);
});

test('a step gets the base image that it asks for, where the site allows it', async () => {
  const bases: unknown[] = [];
  const resolveBase: Rig['deps']['engine']['resolveBase'] = async (base) => {
    bases.push(base);
    return bookworm;
  };
  const deps = { engine: { ...rig.deps.engine, resolveBase } };
  await rig.run({ deps: { ...deps, ...resolveTo(rig, { base: { kind: 'bootstrap', suite: 'jammy' } }) } });
  expect(bases).toEqual([{ kind: 'bootstrap', suite: 'jammy' }]);
  const refused = resolveTo(rig, { base: { kind: 'bootstrap', suite: 'focal' } });
  await expect(rig.run({ deps: { ...deps, ...refused } })).rejects.toMatchObject({
    code: 'STEP_BASE_REFUSED',
  });
});
