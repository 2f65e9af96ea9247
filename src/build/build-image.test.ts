import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { digestHex, digestOf } from '../oci/digest.ts';
import { createRig, type Rig, resolveTo } from './build.fixture.ts';
import { createSpackRig, lockText, type SpackRig, spackSection } from './spack/spack.fixture.ts';

let rig: Rig;
let spackRig: SpackRig;

beforeEach(async () => {
  rig = await createRig();
  spackRig = await createSpackRig(rig);
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

const images = () => join(rig.folder, 'images');
const lockName = 'minimal_workflow_wordcount_milan_nompi_nogpu_v_latest.spack.lock';
const kinds = () => spackRig.built.map(({ kind }) => kind);
const hash = 'js7rtsbwt5zmrgn32adsifjvek4otzve';

test('everything is built in one image, and the final one is made from it', async () => {
  await spackRig.run();
  expect(kinds()).toEqual(['toolchain', 'concretize', 'extract', 'environment', 'extract', 'image']);
  const final = spackRig.built.at(-1)?.recipe;
  expect(final?.images?.['cic-build']?.digest).toBe(digestOf('environment'));
  expect(final?.dockerfile).toContain('ENV ZLIB_ROOT="/opt/view"');
});

test('the digest of the result is the one in the labels of the image', async () => {
  const { recipeDigest } = await spackRig.run();
  expect(spackRig.built.at(-1)?.recipe.dockerfile).toContain(`"cic.recipe.digest"="${recipeDigest}"`);
});

test('with keep_build_tools the environment is part of the final image', async () => {
  await spackRig.run({ deps: resolveTo(rig, { spack: spackSection, keepBuildTools: true }) });
  expect(kinds()).toEqual(['toolchain', 'concretize', 'extract', 'environment', 'extract', 'environment']);
  expect(spackRig.built.at(-1)?.recipe).not.toHaveProperty('images');
});

test('packages that were compiled for another microarchitecture never become an image', async () => {
  spackRig.outputs.set('targets', "/opt/software/lz4\tSPACK_TARGET_ARGS_CC='-march=znver2'\n");
  await expect(spackRig.run()).rejects.toMatchObject({
    code: 'SPACK_TARGET_WRONG',
    details: { packages: ['/opt/software/lz4 (-march=znver2)'] },
  });
  expect(kinds()).not.toContain('image');
  expect(rig.calls).not.toContain('publish-sif');
});

test('progress is told, and how long packages took is kept', async () => {
  spackRig.says.set('environment', {
    lines: [
      `==> zlib: Successfully installed zlib-1.3.1-${hash}`,
      '  Stage: 0.02s.  Build: 7.00s.  Total: 7.50s',
      `[+] /opt/software/zlib-1.3.1-${hash}`,
    ],
  });
  await spackRig.run();
  expect([...spackRig.times]).toEqual([['zlib', 7.5]]);
  const progress = rig.events.filter((event) => event.kind === 'progress' && event.stage === 'spack');
  expect(progress.at(-1)).toMatchObject({ current: 1, total: 4, item: 'zlib@1.3.1' });
});

test('a failed installation is explained, and the times of what was built before it are kept', async () => {
  const error = new AppError('ENGINE_BUILD_FAILED', 'installing the Spack packages failed', {
    details: { stage: 'spack', exitCode: 1 },
  });
  const lines = [
    `==> zlib: Successfully installed zlib-1.3.1-${hash}`,
    '  Stage: 0.02s.  Build: 7.00s.  Total: 7.50s',
    `[+] /opt/software/zlib-1.3.1-${hash}`,
    "==> lz4: Executing phase: 'build'",
    '==> Error: ProcessError: Command exited with status 2:',
    "    'make' '-j2'",
  ];
  spackRig.says.set('environment', { lines, error });
  await expect(spackRig.run()).rejects.toMatchObject({
    code: 'SPACK_PACKAGE_FAILED',
    message: expect.stringContaining('lz4'),
    details: { stage: 'spack' },
  });
  expect([...spackRig.times.keys()]).toEqual(['zlib']);
});

test.each([
  ['while the environment is solved', 'concretize', undefined],
  ['with a given lock, while it is installed', 'environment', lockText],
] as const)('a compiler that cannot be built is explained, %s', async (_when, kind, lock) => {
  const error = new AppError('ENGINE_BUILD_FAILED', 'RUN failed', {
    details: { stage: 'toolchain', exitCode: 1 },
  });
  const lines = [
    "==> gmp: Executing phase: 'build'",
    '==> Error: ProcessError: Command exited with status 2:',
    "    'make' '-j2'",
  ];
  spackRig.says.set(kind, { lines, error, stage: 'toolchain' });
  const spack = { ...spackSection, packages: { all: { compiler: ['gcc@13'] } } };
  const options = lock === undefined ? {} : { lock };
  await expect(spackRig.run({ deps: resolveTo(rig, { spack }), options })).rejects.toMatchObject({
    code: 'SPACK_PACKAGE_FAILED',
    message: expect.stringMatching(/^the compiler gcc@13 could not be built: .*gmp/),
    details: { stage: 'toolchain', compiler: 'gcc@13' },
    cause: error,
  });
});

test.each([
  ['another stage', new AppError('ENGINE_BUILD_FAILED', 'pip failed', { details: { stage: 'pip' } })],
  ['the user', new AppError('CANCELLED', 'cancelled')],
])('what %s ended is no failure of Spack', async (_who, error) => {
  spackRig.says.set('environment', { lines: ['==> Error: something'], error });
  await expect(spackRig.run()).rejects.toBe(error);
});

test('without a cache the environment is built anew, the toolchain and the lock are kept', async () => {
  await spackRig.run();
  spackRig.built.length = 0;
  await spackRig.run({ options: { noCache: true } });
  expect(spackRig.built.map(({ kind, noCache }) => [kind, noCache])).toEqual([
    ['environment', true],
    ['extract', undefined],
    ['image', true],
  ]);
});

test('the lock lies beside the SIF, and the provenance names it by its digest', async () => {
  const { spackLockPath, attestations } = await spackRig.run();
  expect(spackLockPath).toBe(join(images(), lockName));
  expect(await readFile(join(images(), lockName), 'utf8')).toBe(lockText);
  const provenance = JSON.parse(await readFile(attestations?.provenancePath ?? '', 'utf8'));
  expect(provenance.predicate.buildDefinition.resolvedDependencies).toContainEqual({
    name: 'spack.lock',
    digest: { sha256: digestHex(digestOf(lockText)) },
  });
});

test('a build from that lock solves nothing', async () => {
  const { spackLockPath = '' } = await spackRig.run();
  spackRig.built.length = 0;
  spackRig.locks.clear();
  const lock = await readFile(spackLockPath, 'utf8');
  await spackRig.run({ options: { lock } });
  expect(kinds()).not.toContain('concretize');
});

test('the lock of an earlier image of that name does not stay when there is no environment any more', async () => {
  await spackRig.run();
  const { spackLockPath } = await spackRig.run({ deps: resolveTo(rig, {}) });
  expect(spackLockPath).toBeUndefined();
  expect(await readdir(images())).not.toContain(lockName);
});

test('a lock that cannot be kept is a warning', async () => {
  await mkdir(join(images(), lockName, 'in-the-way'), { recursive: true });
  const result = await spackRig.run();
  expect(result.sif).toBeDefined();
  expect(result.spackLockPath).toBeUndefined();
  expect(rig.events).toContainEqual({
    kind: 'warning',
    message: expect.stringContaining('the spack.lock beside the SIF could not be kept'),
  });
});

test('a failed build leaves no lock beside the images', async () => {
  rig.failing = 'convert';
  await expect(spackRig.run()).rejects.toThrow('convert fails');
  expect(await readdir(images()).catch(() => [])).not.toContain(lockName);
});
