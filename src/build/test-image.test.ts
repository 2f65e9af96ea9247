import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BuildOptions, ImageRun } from '../engine/port.ts';
import { AppError } from '../errors/app-error.ts';
import { digestOf } from '../oci/digest.ts';
import { makeRequest } from '../recipe/recipe.fixture.ts';
import { createRig, type Rig, resolveTo } from './build.fixture.ts';
import type { BuildDependencies } from './ports.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

const warnings = () => rig.events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));

/** The rig with a step that has tests, on a machine with this microarchitecture. */
function withTests(tests: readonly string[], host: string | undefined = 'zen2'): Partial<BuildDependencies> {
  return { ...resolveTo(rig, { tests }), findHostMicroarchitecture: async () => host };
}

test('the tests of a step run in the exported image, before anything else is made of it', async () => {
  const runs: { run: ImageRun; options: BuildOptions | undefined }[] = [];
  const runOn: Rig['deps']['engine']['runOn'] = async (run, options) => {
    runs.push({ run, options });
    await rig.deps.engine.runOn(run, options);
  };
  await rig.run({ deps: { ...withTests(['make check']), engine: { ...rig.deps.engine, runOn } } });
  expect(rig.calls).toEqual([
    'resolve',
    'build',
    'export',
    'test',
    'convert',
    'tag',
    'publish-sif',
    'read-files',
  ]);
  expect(runs).toMatchObject([
    { run: { image: { imageId: digestOf('image') }, manifestDigest: digestOf('manifest') } },
  ]);
  expect(runs[0]?.run.instructions.at(-1)?.text).toBe('RUN ["bash","-e","-c","make check"]');
  expect(runs[0]?.options?.noCache).toBe(false);
  expect(warnings()).toEqual([]);
});

test('a step without tests runs nothing', async () => {
  await rig.run({ deps: withTests([]) });
  expect(rig.calls).not.toContain('test');
});

test('an image that was published before has passed its tests', async () => {
  await rig.run({ deps: withTests(['true']) });
  rig.calls.length = 0;
  await rig.run({ deps: withTests(['true']) });
  expect(rig.calls).toEqual(['resolve', 'build']);
});

test.each([
  ['cascadelake', 'this machine (cascadelake) does not run code for zen2'],
  ['zen', 'this machine (zen) does not run code for zen2'],
  [undefined, "this machine's microarchitecture is not known"],
])('on %s the tests are skipped with a warning that says why', async (host, reason) => {
  await rig.run({ deps: { ...withTests(['true']), findHostMicroarchitecture: async () => host } });
  expect(rig.calls).not.toContain('test');
  expect(rig.calls).toContain('tag');
  expect(warnings()).toEqual([`the tests of the step were skipped: ${reason}`]);
});

test.each(['zen2', 'zen5'])('a machine with %s runs the tests of an image for zen2', async (host) => {
  await rig.run({ deps: withTests(['true'], host) });
  expect(rig.calls).toContain('test');
});

test('code for any machine of a family runs on all of them', async () => {
  const machine = { ...makeRequest().machine, microarchitecture: 'x86_64_v2' };
  await rig.run({ deps: withTests(['true'], 'cascadelake'), request: { machine } });
  expect(rig.calls).toContain('test');
});

test('a failing test fails the build with its command, exit code and last lines', async () => {
  const runOn: Rig['deps']['engine']['runOn'] = async ({ instructions }) => {
    throw new AppError('ENGINE_BUILD_FAILED', 'the stage test failed (exit code 3)', {
      details: {
        instruction: instructions.at(-1)?.text,
        exitCode: 3,
        lastLines: ['no answer'],
        stage: 'test',
      },
    });
  };
  const deps = { ...withTests(['true', 'cd src\n./ask\n']), engine: { ...rig.deps.engine, runOn } };
  await expect(rig.run({ deps })).rejects.toMatchObject({
    code: 'BUILD_TEST_FAILED',
    message: 'test 2 of 2 failed (exit code 3): cd src …',
    details: { command: 'cd src\n./ask', exitCode: 3, lastLines: ['no answer'] },
  });
  expect(rig.tags.size).toBe(0);
  expect(rig.calls).not.toContain('convert');
});

test('an engine that fails for another reason is not the fault of a test', async () => {
  rig.failing = 'test';
  await expect(rig.run({ deps: withTests(['true']) })).rejects.toThrow('test fails');
  expect(rig.tags.size).toBe(0);
});
