import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  areUnchanged,
  planAttestationPaths,
  planLockPath,
  removeAttestations,
  writeKeptFile,
} from './attestation-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-attestations-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the documents are named after the SIF', () => {
  expect(planAttestationPaths('/images', 'x_v_1.0.sif')).toEqual({
    sbomPath: '/images/x_v_1.0.spdx.json',
    provenancePath: '/images/x_v_1.0.provenance.json',
  });
  expect(planLockPath('/images', 'x_v_1.0.sif')).toBe('/images/x_v_1.0.spack.lock');
});

test('a written file is complete and alone in its folder', async () => {
  const path = join(folder, 'images', 'x.spdx.json');
  await writeKeptFile(path, 'old');
  const kept = await writeKeptFile(path, 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(await readdir(join(folder, 'images'))).toEqual(['x.spdx.json']);
  expect(await areUnchanged([kept])).toBe(true);
});

test('a file that cannot get its name leaves nothing behind', async () => {
  const path = join(folder, 'images', 'x.spdx.json', 'in-the-way');
  await writeKeptFile(path, 'x');
  await expect(writeKeptFile(join(path, '..'), 'x')).rejects.toThrow();
  expect(await readdir(join(folder, 'images'))).toEqual(['x.spdx.json']);
});

test('a file that was changed or removed is noticed', async () => {
  const kept = [await writeKeptFile(join(folder, 'a'), 'a'), await writeKeptFile(join(folder, 'b'), 'b')];
  expect(await areUnchanged(kept)).toBe(true);
  await writeFile(join(folder, 'a'), 'A');
  expect(await areUnchanged(kept)).toBe(false);
  await rm(join(folder, 'a'));
  expect(await areUnchanged(kept)).toBe(false);
});

test('removing documents that are not there is no error', async () => {
  await removeAttestations(planAttestationPaths(folder, 'x.sif'));
});
