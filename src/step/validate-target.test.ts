import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatProblem } from '../errors/problem.ts';
import { loadSystems } from '../machine/system/load-systems.ts';
import { validateTarget } from './validate-target.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-validate-'));
  await mkdir(join(folder, 'step'));
  await writeFile(join(folder, 'step/eflows4hpc.yaml'), 'apt: [gcc]\npip: [pandas=1]\n');
});

afterEach(() => rm(folder, { recursive: true }));

async function writeRequest(path: string): Promise<string> {
  const machine = { platform: 'linux/amd64', architecture: 'zen2', container_engine: 'docker' };
  const file = join(folder, 'request.json');
  await writeFile(file, JSON.stringify({ machine, workflow: 'w', step_id: 's', path }));
  return file;
}

test.each(['step', 'step/eflows4hpc.yaml'])(
  '%s is checked as a step, its files named from where the user is',
  async (path) => {
    const { kind, problems } = await validateTarget(join(folder, path));
    expect(kind).toBe('step');
    expect(problems.map(formatProblem)).toEqual([
      expect.stringContaining(`${folder}/step/eflows4hpc.yaml:2:7: pip[0]: `),
    ]);
  },
);

test('a request is checked together with the step folder that it names', async () => {
  const { kind, problems } = await validateTarget(await writeRequest('step'));
  expect(kind).toBe('request');
  expect(problems).toMatchObject([{ file: join(folder, 'step/eflows4hpc.yaml'), field: 'pip[0]' }]);
});

test('a request for a machine that cannot have what the step asks of Spack says so', async () => {
  await writeFile(
    join(folder, 'step/eflows4hpc.yaml'),
    'spack: {specs: [zlib target=zen4, lz4 target=zen2]}\n',
  );
  const { problems } = await validateTarget(await writeRequest('step'));
  expect(problems).toMatchObject([
    { severity: 'error', field: 'machine', message: expect.stringContaining('zen4') },
  ]);
});

test('a request that names no step folder says so', async () => {
  const { problems } = await validateTarget(await writeRequest('nowhere'));
  expect(problems).toMatchObject([{ severity: 'error', field: 'path' }]);
});

test('a path with nothing at it is an error', async () => {
  await expect(validateTarget(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test.each([
  'requests/mpi_pi.json',
  'requests/wordcount.json',
  'requests/pandas_report.json',
  'requests/timing_stats.json',
  'requests/hdf5_mpi.json',
  'requests/base.json',
])('the example %s has no faults', async (path) => {
  const example = new URL(`../../examples/${path}`, import.meta.url).pathname;
  expect((await validateTarget(example, { readSystems: loadSystems })).problems).toEqual([]);
});
