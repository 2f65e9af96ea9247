import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readVersion } from '../version.ts';
import { runForTest } from './cli.fixture.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-cli-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the version is that of the package', async () => {
  expect(await runForTest(['--version'])).toMatchObject({ exitCode: 0, stdout: `${readVersion()}\n` });
});

test('without a command the help is shown, and that is a mistake', async () => {
  const { exitCode, stdout } = await runForTest([]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain('build          build the image of a request, and its SIF');
});

test.each([
  { argv: ['buid'], told: 'Did you mean build?' },
  { argv: ['build'], told: 'name the request: cic build --request request.json' },
  { argv: ['build', 'my request.json'], told: "cic build --request 'my request.json'" },
  { argv: ['build', '-r', 'x.json', 'y.json'], told: '"y.json" means nothing here' },
  { argv: ['build', '--reqest', 'x.json'], told: 'Did you mean --request?' },
  { argv: ['build', '-r', 'x', '--engine', 'podman'], told: 'Allowed choices are auto, buildah, buildx' },
  { argv: ['schema', 'steps'], told: 'Allowed choices are step, request, config, machine' },
])('a wrong command line is explained: $argv', async ({ argv, told }) => {
  const { exitCode, stderr } = await runForTest(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(told);
});

test('all problems of a step are shown, with their places', async () => {
  await writeFile(join(folder, 'eflows4hpc.yaml'), 'apt: [foo bar]\npip: pandas\nspak: {}\n');
  const { exitCode, stdout, stderr } = await runForTest(['validate', folder]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(`${folder}/eflows4hpc.yaml:1:7: apt[0]: "foo bar" is no Debian package name`);
  expect(stdout).toContain(':2:6: pip: must be a list, not a text');
  expect(stdout).toContain('did you mean "spack"?');
  expect(stderr).toContain('STEP_INVALID');
});

test('a valid step is said to be one', async () => {
  await writeFile(join(folder, 'eflows4hpc.yaml'), 'apt: [git]\n');
  const { exitCode, stdout } = await runForTest(['validate', folder, '--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ kind: 'step', valid: true, problems: [] });
});

test('a configuration is validated too', async () => {
  const file = join(folder, 'site.yaml');
  await writeFile(file, 'engin: {}\n');
  const { exitCode, stdout } = await runForTest(['validate', file]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(':1:1: engin: is not a known key (did you mean "engine"?)');
});

test.each(['step', 'request', 'config', 'machine'])('the schema of a %s is JSON Schema', async (kind) => {
  const { exitCode, stdout } = await runForTest(['schema', kind]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining('draft-07'), type: 'object' });
});

test('machines are found by code name', async () => {
  const { stdout } = await runForTest(['machines', 'rome', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'zen2', platform: 'linux/amd64' }]);
});

test('an HPC system is shown in full by its name, several by the start of it', async () => {
  const one = await runForTest(['machines', 'mn5-acc']);
  expect(one.stdout).toMatch(/run line +srun singularity exec --nv \{image\} \{command\}\n/);
  expect(one.stdout).toContain(': https://');
  const several = await runForTest(['machines', 'lumi', '--json']);
  expect(JSON.parse(several.stdout)).toMatchObject([
    { kind: 'system', name: 'lumi-c', mpi: { build_with: 'mpich@3.4.3' } },
    { kind: 'system', name: 'lumi-g', gpu: { arch: 'gfx90a' } },
  ]);
  const all = await runForTest(['machines']);
  expect(all.stdout).toMatch(/^SYSTEM .*\n(?:.*\n)+NAME .*\n/);
});

test.each([
  ['lumi-h', 'did you mean "lumi-c"?'],
  ['zen22', 'did you mean "zen2"?'],
])('the nearest name of a machine is told: %s', async (name, told) => {
  const { exitCode, stderr } = await runForTest(['machines', name]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(told);
});

test('a machine file is validated too', async () => {
  const file = join(folder, 'ours.yaml');
  await writeFile(file, 'name: ours\nplatform: linux/amd64\nmicroarchitecture: grace\n');
  const { exitCode, stdout, stderr } = await runForTest(['validate', file]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(':3:20: microarchitecture: architecture "grace" (aarch64) contradicts');
  expect(stderr).toContain('MACHINE_FILE_INVALID');
});

test('a request for a named system is validated, its MPI too', async () => {
  const file = join(folder, 'request.json');
  await writeFile(
    file,
    '{"machine": {"name": "lumi-c", "mpi": "openmpi@4"}, "workflow": "w", "step_id": "s"}',
  );
  const { exitCode, stdout } = await runForTest(['validate', file]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('machine.mpi: openmpi@4 of the image (libmpi.so.40) is not ABI-compatible');
});

test('a request with faults ends before anything is started, for programs in one line of JSON', async () => {
  const file = join(folder, 'request.json');
  await writeFile(file, '{"machine": {"platform": "linux/amd64", "architecture": "zen22"}}');
  const { exitCode, stdout, stderr } = await runForTest(['build', '--request', file, '--json']);
  expect(exitCode).toBe(2);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    status: 'FAILED',
    code: 'REQUEST_INVALID',
    image_id: null,
  });
  expect(stderr).toContain(`${file}:1:`);
  expect(stderr).toContain('zen2');
});

test('a request that is not there is named', async () => {
  const { exitCode, stderr } = await runForTest(['build', '--request', join(folder, 'no.json')]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('no.json does not exist');
});

test.each([
  ['is not there', undefined, 'FILE_UNREADABLE'],
  ['is no lock', '{"apt": []}', 'SPACK_LOCK_INVALID'],
])('a lock that %s is named before anything is started', async (_what, text, code) => {
  const request = join(folder, 'request.json');
  const machine = { platform: 'linux/amd64', architecture: 'zen3', container_engine: 'docker' };
  await writeFile(request, JSON.stringify({ machine, workflow: 'w', step_id: 's' }));
  const lock = join(folder, 'spack.lock');
  if (text !== undefined) await writeFile(lock, text);
  const run = await runForTest(['build', '--request', request, '--lock', lock, '--json']);
  expect(run.exitCode).toBe(2);
  expect(JSON.parse(run.stdout)).toMatchObject({ status: 'FAILED', code, spack_lock: null });
  expect(run.stderr).toContain(lock);
});

test('an engine that is not there is said to be missing, with the command that mends it', async () => {
  const file = join(folder, 'request.json');
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'docker' };
  await writeFile(file, JSON.stringify({ machine, workflow: 'BASE', step_id: 'BASE' }));
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    const { exitCode, stderr } = await runForTest(['build', '--request', file, '--engine', 'buildah']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('buildah is not installed');
    expect(stderr).toContain('apt-get install');
  } finally {
    process.env['PATH'] = path;
  }
});
