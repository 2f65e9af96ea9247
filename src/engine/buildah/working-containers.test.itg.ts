import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../exec/run.ts';
import { removeWorkingContainers } from './working-containers.ts';

let folder: string;
let settings: { readonly root: string; readonly runroot: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-working-containers-'));
  settings = { root: join(folder, 'root'), runroot: join(folder, 'run') };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function buildah(...args: readonly string[]): Promise<string> {
  const store = ['--root', settings.root, '--runroot', settings.runroot];
  return (await run({ file: 'buildah', args: [...store, ...args] })).stdout.trim();
}

test('containers that other builds make and remove meanwhile stay theirs, and are no failure', async () => {
  let isOver = false;
  let made = 0;
  const others = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      const names = [];
      for (let index = 0; index < 5; index += 1) names.push(await buildah('from', 'scratch'));
      await buildah('rm', ...names);
      made += names.length;
    }
  });
  try {
    for (let round = 0; round < 80; round += 1) await removeWorkingContainers(settings);
  } finally {
    isOver = true;
    await Promise.all(others);
  }
  expect(made).toBeGreaterThan(0);
});
