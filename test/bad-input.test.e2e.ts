import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { run } from '../src/exec/run.ts';
import { type BuildReport, type CicOutcome, runCic } from './cic.ts';
import { hasImage } from './engines.ts';
import { freshFile, type StepFiles, type TestStep, writeStep } from './step.ts';

let step: TestStep;

afterEach(() => step.remove());

type Failure = CicOutcome & { readonly report: BuildReport & { readonly code: string } };

/** A build that must fail; its report is the last line, what a person reads is on standard error. */
async function fail(args: readonly string[] = []): Promise<Failure> {
  const outcome = await runCic([
    'build',
    '--json',
    '--request',
    step.request,
    '--output',
    step.output,
    ...args,
  ]);
  const report = JSON.parse(outcome.stdout.trim().split('\n').at(-1) ?? '') as Failure['report'];
  expect(report).toMatchObject({ status: 'FAILED', image_id: null, filename: null });
  expect(await readdir(step.output).catch(() => [])).toEqual([]);
  return { ...outcome, report };
}

const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'singularity' };

describe('requests and steps that cannot be built', () => {
  test.each<{ what: string; changes: Record<string, unknown>; code: string; told: RegExp }>([
    {
      what: 'an unknown architecture',
      changes: { machine: { ...machine, architecture: 'zen22' } },
      code: 'REQUEST_INVALID',
      told: /request\.json:1:\d+: machine\.architecture: .*zen22.*zen2/,
    },
    {
      what: 'an architecture of another platform',
      changes: { machine: { ...machine, architecture: 'power9le' } },
      code: 'REQUEST_INVALID',
      told: /power9le.*linux\/ppc64le/,
    },
    {
      what: 'a wrong type',
      changes: { workflow: 7 },
      code: 'REQUEST_INVALID',
      told: /workflow: must be a text, not the number 7 \(put it in quotes: "7"\)/,
    },
    {
      what: 'a missing key',
      changes: { machine: { platform: 'linux/amd64' } },
      code: 'REQUEST_INVALID',
      told: /machine\.architecture: is missing[\s\S]*machine\.container_engine: is missing/,
    },
    { what: 'a step that is not there', changes: { path: 'stepp' }, code: 'STEP_NOT_FOUND', told: /stepp/ },
    { what: 'a name with ..', changes: { step_id: '..' }, code: 'REQUEST_INVALID', told: /step_id/ },
    { what: 'a name with a slash', changes: { workflow: 'a/b' }, code: 'REQUEST_INVALID', told: /workflow/ },
    {
      what: 'a step of a registry that is not configured',
      changes: { path: null },
      code: 'STEP_REGISTRY_UNCONFIGURED',
      told: /no workflow registry is configured/,
    },
    {
      what: 'a push to nowhere',
      changes: { push: 'True' },
      code: 'REQUEST_INVALID',
      told: /no registry is configured/,
    },
  ])('$what', async ({ changes, code, told }) => {
    step = await writeStep(freshFile(), changes);
    const { report, exitCode, stderr } = await fail();
    expect(report.code).toBe(code);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
  });

  test('a misspelt key is told and ignored', async () => {
    step = await writeStep({}, { forse: true, path: 'none' });
    expect((await fail()).stderr).toContain('did you mean "force"?');
  });

  test('JSON that ends too early', async () => {
    step = await writeStep({});
    await writeFile(step.request, '{"machine": {');
    const { report, stderr } = await fail();
    expect(report.code).toBe('REQUEST_INVALID');
    expect(stderr).toMatch(/request\.json:1:\d+/);
  });

  test.each<{ what: string; files: StepFiles; told: RegExp }>([
    {
      what: 'YAML that is none',
      files: { 'eflows4hpc.yaml': 'apt: [git\n' },
      told: /eflows4hpc\.yaml:\d+:\d+: /,
    },
    { what: 'a misspelt section', files: { 'eflows4hpc.yaml': 'atp: [git]\n' }, told: /did you mean "apt"/ },
    { what: 'an option for a package', files: { 'eflows4hpc.yaml': 'apt: ["-o=x"]\n' }, told: /apt\[0\]/ },
    {
      what: 'a requirement with a shell command',
      files: { 'eflows4hpc.yaml': 'pip: ["a; rm -rf /"]\n' },
      told: /pip\[0\]/,
    },
  ])('$what in the step', async ({ files, told }) => {
    step = await writeStep({ ...files, ...freshFile() });
    const { report, exitCode, stderr } = await fail();
    expect(report.code).toBe('STEP_INVALID');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(told);
  });
});

test('a base image that the site does not allow is refused with those that it does', async () => {
  step = await writeStep({ 'eflows4hpc.yaml': 'base: {image: "example.org/other:1"}\n', ...freshFile() });
  const { report, exitCode, stderr } = await fail();
  expect(report.code).toBe('STEP_BASE_REFUSED');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/example\.org\/other:1[\s\S]*this site allows bookworm, /);
});

test.each(engineKinds)('a failing test of the step publishes nothing: %s', async (engine) => {
  const tests = 'test:\n  - test -e fresh.txt\n  - |\n    echo doomed\n    (exit 7)\n    echo never\n';
  step = await writeStep({ 'eflows4hpc.yaml': tests, ...freshFile() }, { workflow: 'tested' });
  const { report, exitCode, stderr } = await fail(['--engine', engine]);
  expect(report.code).toBe('BUILD_TEST_FAILED');
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/test 2 of 2 failed \(exit code 7\): echo doomed/);
  expect(stderr).not.toContain('never');
  expect(await hasImage(engine, 'tested_step_none_nompi_nogpu:latest')).toBe(false);
});

test('shell metacharacters are nowhere a command', async () => {
  const odd = '$(touch /tmp/cic-pwned);`touch /tmp/cic-pwned`|&><"\'';
  step = await writeStep({
    'eflows4hpc.yaml': `apt: [${JSON.stringify(odd)}]\npip: [${JSON.stringify(odd)}]\n`,
  });
  await fail();
  for (const key of ['workflow', 'step_id', 'version', 'path', 'force', 'push']) {
    await step.remove();
    step = await writeStep(freshFile(), { [key]: odd });
    await fail();
  }
  for (const key of ['platform', 'architecture', 'container_engine', 'mpi', 'gpu']) {
    await step.remove();
    step = await writeStep(freshFile(), { machine: { ...machine, [key]: odd } });
    await fail();
  }
  expect(await readdir('/tmp')).not.toContain('cic-pwned');
});

test('an engine that is not there', async () => {
  step = await writeStep(freshFile());
  const args = ['build', '--json', '--request', step.request, '--output', step.output, '--engine', 'buildx'];
  const { stdout, stderr, exitCode } = await runCic(args, { DOCKER_HOST: 'unix:///no/such/socket' });
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'FAILED', code: 'ENGINE_UNAVAILABLE' });
  expect(stderr).toContain('buildx');
  expect(stderr).toMatch(/→ .*docker/);
});

describe.each(engineKinds)('what fails during a build with %s', (engine) => {
  const options = ['--engine', engine];

  test.each<{ what: string; files: StepFiles; told: readonly string[] }>([
    {
      what: 'an unknown apt package',
      files: { 'eflows4hpc.yaml': 'apt: [no-such-package-cic]\n' },
      told: ['installing the apt packages failed', 'Unable to locate package no-such-package-cic'],
    },
    {
      what: 'a failing post_inst.sh',
      files: { 'post_inst.sh': 'echo before\nmake all\necho after\n' },
      told: ['post_inst.sh failed (exit code 127)', 'make: command not found'],
    },
  ])('$what', async ({ files, told }) => {
    const workflow = `failing_${Date.now()}`;
    step = await writeStep({ ...files, ...freshFile() }, { workflow });
    const { report, exitCode, stderr } = await fail(options);
    expect(report.code).toBe('ENGINE_BUILD_FAILED');
    expect(exitCode).toBe(4);
    for (const text of told) expect(stderr.slice(stderr.indexOf('✗'))).toContain(text);
    expect(stderr).not.toContain('after');
    expect(await hasImage(engine, `${workflow}_step_none_nompi_nogpu:latest`)).toBe(false);
  });

  test('no space for the SIF', async () => {
    const workflow = `full_${Date.now()}`;
    step = await writeStep(freshFile(), { workflow });
    await mkdir(step.output);
    await run({ file: 'mount', args: ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', step.output] });
    try {
      const { report, exitCode, stderr } = await fail(options);
      expect(report.code).toBe('SIF_DISK_FULL');
      expect(exitCode).toBe(4);
      expect(stderr).toContain(step.output);
      expect(await hasImage(engine, `${workflow}_step_none_nompi_nogpu:latest`)).toBe(false);
    } finally {
      await run({ file: 'umount', args: [step.output] });
    }
  });
});
