import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLockFile } from './read-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-lock-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(['zlib-lz4-1.1.lock', 'bzip2-0.23.lock'])('the text of %s is handed on unchanged', async (name) => {
  const file = new URL(`golden/${name}`, import.meta.url).pathname;
  expect(await readLockFile(file)).toBe(await readFile(file, 'utf8'));
});

test('a file that is not there is named', async () => {
  const file = join(folder, 'spack.lock');
  await expect(readLockFile(file)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: `${file} does not exist`,
  });
});

test.each([
  ['no JSON', 'spack:\n  specs: []\n', 'it is no JSON'],
  ['cut off', '{"_meta": {"lockfile-version": 6', 'it is no JSON'],
  ['another format', '{"_meta": {"lockfile-version": 4, "specfile-version": 3}}', 'a format that CIC'],
])('a file that is %s is named, with the reason', async (_what, text, reason) => {
  const file = join(folder, 'spack.lock');
  await writeFile(file, text);
  await expect(readLockFile(file)).rejects.toMatchObject({
    code: 'SPACK_LOCK_INVALID',
    message: expect.stringMatching(new RegExp(`^${file}: the spack.lock cannot be used: .*${reason}`)),
    hint: expect.any(String),
    details: { file },
  });
});
