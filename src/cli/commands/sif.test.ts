import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeTar, makeLayout, writeFiles } from '../../sif/image.fixture.ts';
import { writeFakeSif } from '../../sif/inspect/sif.fixture.ts';
import { runForTest } from '../cli.fixture.ts';

let folder: string;
let sif: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-cli-sif-'));
  sif = join(folder, 'x.sif');
  await writeFakeSif(sif);
});
afterEach(() => rm(folder, { recursive: true }));

test('verify says that a SIF is sound', async () => {
  const { exitCode, stdout } = await runForTest(['sif', 'verify', sif]);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `✓ ${sif} is sound: structure, file system and checksum\n`,
  });
});

test('verify lists what is wrong, for programs too', async () => {
  const bytes = await readFile(sif);
  await writeFile(sif, bytes.subarray(0, bytes.length - 3000));
  const { exitCode, stdout, stderr } = await runForTest(['sif', 'verify', sif]);
  expect(exitCode).toBe(2);
  expect(stdout).toContain('truncated');
  expect(stderr).toContain('SIF_INVALID');
  const json = await runForTest(['sif', 'verify', sif, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ path: sif, valid: false });
});

test('inspect shows a SIF, for programs too', async () => {
  const { stdout } = await runForTest(['sif', 'inspect', sif]);
  expect(stdout).toContain('zstd, blocks of 128 KiB');
  expect(stdout).toContain('1000 (not applied by Apptainer)');
  expect(stdout).toContain('a: b');
  const json = await runForTest(['sif', 'inspect', sif, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ architecture: 'arm64', labels: { a: 'b' } });
});

test('create overwrites nothing unless forced', async () => {
  const { exitCode, stderr } = await runForTest(['sif', 'create', 'oci:x', sif]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--force');
  const forced = await runForTest(['sif', 'create', `oci:${folder}`, sif, '--force']);
  expect(forced.stderr).toContain('no readable index.json');
  expect(await readdir(folder)).toEqual(['x.sif']);
});

test.each([
  { argv: ['inspect', 'FOLDER/none.sif'], told: 'none.sif does not exist' },
  { argv: ['verify', 'FOLDER/none.sif'], told: 'none.sif does not exist' },
  { argv: ['verify', 'FOLDER'], told: 'is a folder' },
  { argv: ['verify', 'FOLDER/x.sif/y'], told: 'y does not exist: what should be a folder is a file' },
  { argv: ['create', 'oci-archive:FOLDER/none.tar', 'y.sif'], told: 'none.tar does not exist' },
  { argv: ['create', 'docker-archive:FOLDER', 'y.sif'], told: 'is a folder' },
  { argv: ['create', 'oci:FOLDER/none', 'y.sif'], told: 'none does not exist' },
  { argv: ['create', 'oci:FOLDER/x.sif', 'y.sif'], told: 'write oci-archive:' },
])('a file that cannot be read is told in plain words: $argv', async ({ argv, told }) => {
  const words = argv.map((word) => word.replace('FOLDER', folder));
  const { exitCode, stderr } = await runForTest(['sif', ...words]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(told) });
  expect(stderr).toContain('FILE_UNREADABLE');
  expect(stderr).not.toMatch(/ENOENT|ENOTDIR|EISDIR/);
});

test.each([
  ['none/new.sif', 'there is no such folder'],
  ['x.sif/new.sif', 'it is no folder'],
])('create says why nothing can be written to %s', async (output, told) => {
  const layout = await writeFiles(join(folder, 'layout'), makeLayout({ layers: [encodeTar([])] }));
  const argv = ['sif', 'create', '--arch', 'amd64', `oci:${layout}`, join(folder, output)];
  const { exitCode, stderr } = await runForTest(argv);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(told) });
  expect(stderr).toContain('SIF_OUTPUT_UNUSABLE');
});

test('create says how an archive is named', async () => {
  const { exitCode, stderr } = await runForTest(['sif', 'create', 'image.tar', join(folder, 'new.sif')]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('write docker-archive:image.tar');
});

test.each([
  { argv: ['--level', '30'], told: 'its levels are 1 to 22' },
  { argv: ['--level', '0'], told: 'Write a whole number' },
  { argv: ['--compression', 'xz', '--level', '3'], told: 'it has no levels' },
  { argv: ['--block-size', '100K'], told: 'power of two' },
  { argv: ['--block-size', '2M'], told: 'power of two' },
  { argv: ['--mem', '2Q'], told: 'Write a size' },
  { argv: ['--processors', 'x'], told: 'Write a whole number' },
  { argv: ['--platform', 'linux/sparc'], told: 'linux/ppc64le' },
  { argv: ['--arch', 'amd64', '--platform', 'linux/amd64'], told: 'cannot be used with' },
  { argv: ['--format', 'tar'], told: 'sif, squashfs' },
])('create explains $argv', async ({ argv, told }) => {
  const { exitCode, stderr } = await runForTest(['sif', 'create', 'oci:x', join(folder, 'new'), ...argv]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(told);
});
