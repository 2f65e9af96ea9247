import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { execInImage, inspectImage, runImage } from './apptainer.ts';
import { type BuildReport, buildWithCic, runCic } from './cic.ts';
import { runInEngine } from './engines.ts';
import { writeStep } from './step.ts';

const mpirun = ['mpirun', '--allow-run-as-root', '--oversubscribe', '-n', '2'];

describe.each(engineKinds)('the examples with %s', (engine) => {
  let output: string;

  beforeAll(async () => {
    output = await mkdtemp(join(tmpdir(), 'cic-examples-'));
  });

  afterAll(() => rm(output, { recursive: true, force: true }));

  const build = (example: string, ...args: string[]): Promise<BuildReport> =>
    buildWithCic([
      '--request',
      `examples/requests/${example}.json`,
      '--engine',
      engine,
      '--output',
      output,
      ...args,
    ]);

  test('mpi_pi: a program compiled for the machine runs with two ranks', async () => {
    const report = await build('mpi_pi');
    expect(report).toMatchObject({
      status: 'FINISHED',
      image_id: 'mpi_workflow_mpi_pi_rome_openmpi_4_nogpu:latest',
      filename: 'mpi_workflow_mpi_pi_rome_openmpi_4_nogpu_v_latest.sif',
      path: join(output, 'mpi_workflow_mpi_pi_rome_openmpi_4_nogpu_v_latest.sif'),
      recipe_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    const sif = report.path ?? '';
    expect(await sha256(sif)).toBe(report.sha256);
    const printed = 'pi=3.1415926536 ranks=2 target=zen2 isa=avx2\n';
    expect(await execInImage(sif, [...mpirun, 'mpi_pi'])).toBe(printed);
    expect(await runImage(sif, [...mpirun, 'mpi_pi'])).toBe(printed);
    const labels = await inspectImage(sif, '--labels');
    expect(labels).toContain(`cic.recipe.digest: ${report.recipe_digest}`);
    expect(labels).toContain('cic.machine.microarchitecture: zen2');
  });

  test('mpi_pi: SBOM and provenance lie beside the file and speak of this very image', async () => {
    const report = await build('mpi_pi');
    const sbom = await readJson<Sbom>(report.sbom);
    const packages = sbom.packages.map(({ name }) => name);
    expect(packages).toEqual(expect.arrayContaining(['libc6', 'openmpi-bin', 'libopenmpi-dev']));
    expect(sbom.packages[0]?.versionInfo).toBe(report.digest);
    const purls = sbom.packages.flatMap(({ externalRefs }) =>
      externalRefs.map((ref) => ref.referenceLocator),
    );
    expect(purls).toContainEqual(
      expect.stringMatching(/^pkg:deb\/debian\/openmpi-bin@.+\?arch=amd64&distro=debian-12$/),
    );
    const { subject, predicate } = await readJson<Provenance>(report.provenance);
    expect(subject.map(({ digest }) => digest.sha256)).toEqual([report.digest?.slice(7), report.sha256]);
    expect(predicate.buildDefinition).toMatchObject({
      externalParameters: { workflow: 'mpi_workflow', step_id: 'mpi_pi' },
      internalParameters: { recipeDigest: report.recipe_digest, engine },
    });
  });

  test('an unchanged request gives the same image and file again, and converts nothing', async () => {
    const first = await build('mpi_pi');
    const second = await build('mpi_pi');
    const { timings, ...rest } = second;
    expect({ ...first, timings }).toEqual({ ...rest, timings });
    expect(Object.keys(timings)).not.toContain('convert');
  });

  test("editing the step's code runs neither apt nor pip again", async () => {
    const files = { 'eflows4hpc.yaml': 'apt: [file]\npip: [six]\n', 'src/code.txt': 'one\n' };
    const step = await writeStep(files);
    try {
      const args = ['--request', step.request, '--engine', engine, '--output', step.output];
      await buildWithCic(args);
      await writeFile(join(step.folder, 'step', 'src', 'code.txt'), `${Date.now()}\n`);
      const { stderr } = await runCic(['build', ...args]);
      expect(stderr).toMatch(/^apt +cached/m);
      expect(stderr).toMatch(/^pip +cached/m);
      expect(stderr).toMatch(/^step +done/m);
    } finally {
      await step.remove();
    }
  });

  test('pandas_report: Python packages through the site CA', async () => {
    const { path } = await build('pandas_report');
    const report = await execInImage(path ?? '', ['python3', '/pandas_report/src/report.py']);
    expect(report).toMatch(/count\s+\d/);
    expect(report).toMatch(/mean/);
  });

  test('timing_stats: the variables of the step are in the image, and its tests ran before it was published', async () => {
    const request = ['--request', 'examples/requests/timing_stats.json', '--engine', engine];
    const { exitCode, stderr } = await runCic(['build', ...request, '--no-cache', '--output', output]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^test +done[\s\S]*^publish /m);
    const sif = join(output, 'tested_workflow_timing_stats_x86_64_nompi_nogpu_v_latest.sif');
    const stats = (...command: string[]) =>
      execInImage(sif, command, { stdin: '4\n', flags: ['--cleanenv'] });
    expect(await stats('timing_stats')).toBe('n=1 mean=4.0 ms max=4.0 ms\n');
    expect(await stats('bash', '-lc', 'timing_stats')).toBe('n=1 mean=4.0 ms max=4.0 ms\n');
  });

  test('wordcount: an image for Docker has no SIF', async () => {
    const report = await build('wordcount');
    expect(report).toMatchObject({
      status: 'FINISHED',
      image_id: 'minimal_workflow_wordcount_none_nompi_nogpu:latest',
      filename: null,
      path: null,
      digest: expect.stringMatching(/^sha256:/),
    });
    const command = ['python3', '/wordcount/src/wordcount.py'];
    expect(await readJson(report.sbom)).toMatchObject({ spdxVersion: 'SPDX-2.3' });
    const printed = await runInEngine(engine, report.image_id ?? '', { command, stdin: 'b a b' });
    expect(printed).toBe('      2 b\n      1 a\n');
  });

  test('base: the base image itself', async () => {
    const { path, filename } = await build('base');
    expect(filename).toBe('base_base_none_nompi_nogpu_v_latest.sif');
    expect(await execInImage(path ?? '', ['cat', '/etc/os-release'])).toContain('bookworm');
  });

  test('nothing but the files is left in the folder', async () => {
    const known = /_v_latest\.(sif|spdx\.json|provenance\.json)$/;
    expect((await readdir(output)).filter((name) => !known.test(name))).toEqual([]);
  });

  test('a dry run shows what would be built and builds nothing', async () => {
    const folder = join(output, 'dry');
    const request = ['--request', 'examples/requests/mpi_pi.json', '--engine', engine, '--output', folder];
    const { stdout, exitCode } = await runCic(['build', ...request, '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('FROM cic-base');
    expect(stdout).toContain('openmpi-bin');
    expect(stdout).toContain('mpi_workflow_mpi_pi_rome_openmpi_4_nogpu_v_latest.sif');
    expect(stdout).toMatch(/recipe\s+sha256:[0-9a-f]{64}/);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

type Sbom = {
  readonly packages: readonly {
    readonly name: string;
    readonly versionInfo: string;
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
  }[];
};

type Provenance = {
  readonly subject: readonly { readonly digest: { readonly sha256: string } }[];
  readonly predicate: { readonly buildDefinition: Record<string, unknown> };
};

async function readJson<T>(path: string | null): Promise<T> {
  return JSON.parse(await readFile(path ?? '', 'utf8')) as T;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
