import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPublicCaches } from './open-public-caches.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-caches-'));
});

afterEach(() => rm(folder, { recursive: true }));

const publicKey = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n';
const privateKey = publicKey.replaceAll('PUBLIC', 'PRIVATE');

async function openWithKey(text: string) {
  const key = join(folder, 'key.asc');
  await writeFile(key, text);
  return openPublicCaches([{ url: 'https://cache.example.org', keys: [key] }]);
}

test('keys are read', async () => {
  expect(await openWithKey(publicKey)).toEqual({
    caches: [{ kind: 'url', url: 'https://cache.example.org', keys: [publicKey] }],
    warnings: [],
  });
});

test.each([
  ['bytes', 'AAAA'],
  ['a private key', privateKey],
  ['both', publicKey + privateKey],
])('what is no public key is refused: %s', async (_what, text) => {
  await expect(openWithKey(text)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a key that is not there is an error', async () => {
  const cache = { url: 'https://cache.example.org', keys: [join(folder, 'absent.asc')] };
  await expect(openPublicCaches([cache])).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test('a folder that is not there, or no cache, is left out with a warning', async () => {
  await mkdir(join(folder, 'cache', 'v3'), { recursive: true });
  const absent = join(folder, 'absent');
  const { caches, warnings } = await openPublicCaches([
    { url: absent, keys: [] },
    { url: folder, keys: [] },
    { url: `file://${folder}/cache`, keys: [] },
  ]);
  expect(caches).toEqual([{ kind: 'folder', folder: join(folder, 'cache'), keys: [] }]);
  expect(warnings).toEqual([
    `the public cache is left out: ${absent} does not exist`,
    `the public cache is left out: ${folder} holds no packages of Spack`,
  ]);
});
