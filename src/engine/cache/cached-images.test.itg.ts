import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { createImageCache } from './cached-images.ts';

let folder: string;
let settings: { readonly root: string; readonly runroot: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-image-cache-'));
  settings = { root: join(folder, 'root'), runroot: join(folder, 'run') };
});

afterAll(async () => {
  await buildah('rmi', '--all', '--force');
  await rm(folder, { recursive: true, force: true });
});

async function buildah(...args: readonly string[]): Promise<string> {
  const store = ['--root', settings.root, '--runroot', settings.runroot];
  return (await run({ file: 'buildah', args: [...store, ...args] })).stdout.trim();
}

/** An empty image. @returns Its ID. */
async function makeImage(label: string, name?: string): Promise<string> {
  const container = await buildah('from', 'scratch');
  await buildah('config', '--label', label, container);
  const id = await buildah('commit', '--quiet', container, ...(name === undefined ? [] : [name]));
  await buildah('rm', container);
  return id.replace(/^sha256:/, '');
}

test('only images that nobody but CIC has named are found in a store of buildah, and go', async () => {
  const cache = createImageCache('buildah', settings, '/var/cache/cic/bases');
  expect(await cache.list()).toEqual([]);
  const base = await makeImage('a=1', 'localhost/cic/base:abc');
  await buildah('tag', base, 'localhost/var/cache/cic/bases/bookworm-amd64-abc:latest');
  const untagged = await makeImage('cic.recipe.digest=sha256:1');
  await makeImage('cic.recipe.digest=sha256:2', 'localhost/of-a-user:latest');
  await makeImage('somebody=else');
  const shared = await makeImage('a=2', 'localhost/cic/base:def');
  await buildah('tag', shared, 'localhost/my-own:1');
  const images = await cache.list();
  expect(images.map(({ id }) => id).sort()).toEqual([base, untagged].sort());
  for (const image of images) expect(await cache.remove(image)).toBe(true);
  expect(await cache.list()).toEqual([]);
  expect((await buildah('images', '--quiet')).split('\n')).toHaveLength(3);
});

test('an image that a container works on stays', async () => {
  const cache = createImageCache('buildah', settings, '/var/cache/cic/bases');
  await makeImage('a=3', 'localhost/cic/base:used');
  const container = await buildah('from', '--pull-never', 'localhost/cic/base:used');
  const [image] = await cache.list();
  if (image === undefined) throw new Error('the image is not found');
  expect(await cache.remove(image)).toBe(false);
  await buildah('rm', container);
  expect(await cache.remove(image)).toBe(true);
});

test.each(['localhost/cic/base:half', undefined])(
  'an image that a killed process has left half written goes: named %s',
  async (name) => {
    const cache = createImageCache('buildah', settings, '/var/cache/cic/bases');
    const whole = await makeImage('a=4', 'localhost/cic/base:whole');
    const half = await makeImage('a=5', name);
    const kept = join(settings.root, 'overlay-images', half);
    const parts = (await readdir(kept)).filter((part) => part.includes('manifest') || part.startsWith('='));
    await Promise.all(parts.map((part) => rm(join(kept, part))));
    const [damaged, ...others] = await cache.list();
    expect(others).toEqual([]);
    expect(damaged).toMatchObject({ id: half, isDamaged: true });
    expect(damaged && (await cache.remove(damaged))).toBe(true);
    expect((await cache.list()).map(({ id }) => id)).toEqual([whole]);
  },
);

describe('in the store of Docker, which others use too', () => {
  const tag = `test-${process.pid}`;
  const made: string[] = [];

  /** An image with a single empty file. */
  async function importImage(label: string, ...name: readonly string[]): Promise<string> {
    const tar = join(folder, 'image.tar');
    await run({ file: 'tar', args: ['--create', `--file=${tar}`, '--directory=/dev', 'null'] });
    const args = ['import', '--change', `LABEL ${label}`, tar, ...name];
    const { stdout } = await run({ file: 'docker', args });
    const id = stdout.trim().replace(/^sha256:/, '');
    made.push(id);
    return id;
  }

  afterAll(() => run({ file: 'docker', args: ['rmi', '--force', ...made] }, { acceptExitCodes: [0, 1] }));

  test('only images that nobody but CIC has named are found, and go', async () => {
    const cache = createImageCache('buildx', settings, '/var/cache/cic/bases');
    const base = await importImage('a=1', `localhost/cic/base:${tag}`);
    const untagged = await importImage(`cic.recipe.digest=sha256:${tag}`);
    const ofUser = await importImage('cic.recipe.digest=sha256:2', `localhost/of-a-user:${tag}`);
    const somebodys = await importImage(`somebody=${tag}`);
    const found = (await cache.list()).filter(({ id }) => made.includes(id));
    expect(found.map(({ id }) => id).sort()).toEqual([base, untagged].sort());
    expect(found.find(({ id }) => id === base)?.names).toEqual([`localhost/cic/base:${tag}`]);
    for (const image of found) expect(await cache.remove(image)).toBe(true);
    const { stdout } = await run({ file: 'docker', args: ['image', 'ls', '--quiet', '--no-trunc'] });
    for (const id of [base, untagged]) expect(stdout).not.toContain(id);
    for (const id of [ofUser, somebodys]) expect(stdout).toContain(id);
  });
});
