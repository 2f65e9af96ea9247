import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImageRecord } from './ports.ts';
import { removeImage } from './remove-image.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cic-images-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const publishedAt = new Date('2026-01-01T00:00:00Z');
const image: ImageRecord = {
  id: '00000000-0000-4000-8000-000000000001',
  reference: 'w_s:latest',
  manifestDigest: 'sha256:0',
  recipeDigest: 'sha256:1',
  sif: { filename: 'w_s_v_latest.sif', sha256: '0', sizeBytes: 1 },
  build: null,
  publishedAt,
};

async function remove() {
  const removed: string[] = [];
  const store = { remove: async ({ id }: { readonly id: string }) => removed.push(id) > 0 };
  expect(await removeImage(image, { images: store, directory })).toBe(true);
  expect(removed).toEqual([image.id]);
  return (await readdir(directory)).sort();
}

async function write(name: string, time: Date) {
  await writeFile(join(directory, name), 'x');
  await utimes(join(directory, name), time, time);
}

test('the file goes with what lies beside it, and nothing else', async () => {
  const names = [
    'w_s_v_latest.sif',
    'w_s_v_latest.spdx.json',
    'w_s_v_latest.provenance.json',
    'w_s_v_latest.spack.lock',
  ];
  for (const name of [...names, 'other_v_latest.sif']) await write(name, publishedAt);
  expect(await remove()).toEqual(['other_v_latest.sif']);
});

test('the file of a newer build that has taken the name stays', async () => {
  await write('w_s_v_latest.sif', new Date(publishedAt.getTime() + 1));
  expect(await remove()).toEqual(['w_s_v_latest.sif']);
});

test('an image that was published anew meanwhile stays with its file', async () => {
  await write('w_s_v_latest.sif', publishedAt);
  expect(await removeImage(image, { images: { remove: async () => false }, directory })).toBe(false);
  expect(await readdir(directory)).toEqual(['w_s_v_latest.sif']);
});

test('a file that is gone already is no fault', async () => {
  expect(await remove()).toEqual([]);
});
