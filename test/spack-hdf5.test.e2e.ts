import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execInImage } from './apptainer.ts';
import { repository } from './cic.ts';
import { makeDebianPackages, requireVersions } from './debian-packages.ts';
import { findSpack, isLegacy, writeSite } from './spack-site.ts';
import { buildSpackStep, runInSif } from './spack-step.ts';
import type { TestStep } from './step.ts';

/**
 * The example `hdf5_mpi`, as far as minutes allow: HDF5 is compiled, its MPI is the distribution's.
 */
const spack = await findSpack();
const isTested = spack !== undefined && !(await isLegacy(spack));

let folder: string;
let config: string;
let step: TestStep | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-hdf5-'));
  if (!isTested) return;
  const packages = await makeDebianPackages([
    { name: 'hdf5', suite: 'trixie' },
    { name: 'zlib', suite: 'trixie' },
  ]);
  config = await writeSite(join(folder, 'site'), spack, {
    packages,
    config: {
      packages: {
        ...requireVersions(packages),
        'zlib-api': { require: ['zlib'] },
        openmpi: { externals: [{ spec: 'openmpi@4.1.4', prefix: '/usr' }], buildable: false },
      },
    },
  });
});

afterAll(async () => {
  await step?.remove();
  await rm(folder, { recursive: true });
});

const mpirun = ['mpirun', '--allow-run-as-root', '--oversubscribe', '-n', '2'];

async function readExample(): Promise<Record<string, string>> {
  const example = join(repository, 'examples/workflows/hpc_workflow/hdf5_mpi');
  const paths = ['post_inst.sh', 'src/hdf5_mpi.c'];
  const texts = paths.map(async (path) => [path, await readFile(join(example, path), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}

describe.skipIf(!isTested)('HDF5 with MPI', () => {
  test('two ranks write one file, at build time and in the finished image', async () => {
    const yaml = `apt: [openmpi-bin, libopenmpi-dev]
spack: {specs: [hdf5@1.14 +mpi ~tools]}
test: ["${mpirun.join(' ')} hdf5_mpi /tmp/ranks.h5 | grep -x 'ranks=2 rows=2 sum=1000'"]
`;
    const files = { ...(await readExample()), 'eflows4hpc.yaml': yaml };
    const machine = { mpi: 'openmpi@4' };
    const outcome = await buildSpackStep({ stepId: 'hdf5', files, config, machine });
    step = outcome.step;
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    const sif = outcome.report.path ?? '';
    const file = join(step.folder, 'ranks.h5');
    const flags = ['--bind', step.folder];
    expect(await execInImage(sif, [...mpirun, 'hdf5_mpi', file], { flags })).toBe(
      'ranks=2 rows=2 sum=1000\n',
    );
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('HDF');
    const environment = await runInSif(sif, 'cat /opt/software/hdf5-*/.spack/spack-build-env.txt');
    expect(environment).toMatch(/SPACK_TARGET_ARGS_CC='?-march=x86-64-v3/);
    expect(await runInSif(sif, 'ldd /usr/local/bin/hdf5_mpi')).toMatch(
      /libhdf5\.so\.\d+ => \/opt\/view\/[\s\S]*libmpi\.so\.40 => \/lib\/x86_64-linux-gnu\//,
    );
  });
});
