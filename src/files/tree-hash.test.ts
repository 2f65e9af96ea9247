import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashTree, listTree } from './tree-hash.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-tree-'));
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/a'), 'content');
  await symlink('src/a', join(folder, 'link'));
});

afterEach(() => rm(folder, { recursive: true }));

test.each<[string, () => Promise<unknown>]>([
  ['a content', () => writeFile(join(folder, 'src/a'), 'Content')],
  ['a name', () => rename(join(folder, 'src/a'), join(folder, 'src/b'))],
  ['an exec bit', () => chmod(join(folder, 'src/a'), 0o755)],
  ['a link’s target', () => rm(join(folder, 'link')).then(() => symlink('src/b', join(folder, 'link')))],
  ['a link for a file', () => rm(join(folder, 'link')).then(() => writeFile(join(folder, 'link'), 'src/a'))],
  ['a new empty folder', () => mkdir(join(folder, 'new'))],
])('%s changes the hash', async (_title, change) => {
  const before = await hashTree(folder);
  await change();
  expect(await hashTree(folder)).not.toBe(before);
});

test.each<[string, () => Promise<unknown>]>([
  ['times', () => utimes(join(folder, 'src/a'), 1, 1)],
  ['permissions of group and others', () => chmod(join(folder, 'src/a'), 0o600)],
  ['.git', () => mkdir(join(folder, '.git')).then(() => writeFile(join(folder, '.git/x'), ''))],
  [
    'the folder’s own name',
    async () => {
      await rename(folder, `${folder}-moved`);
      folder = `${folder}-moved`;
    },
  ],
])('%s do not count', async (_title, change) => {
  const before = await hashTree(folder);
  await change();
  expect(await hashTree(folder)).toBe(before);
});

test('entries come in the order of their bytes, parents first', async () => {
  await writeFile(join(folder, 'src-x'), '');
  await writeFile(join(folder, 'Z'), '');
  expect((await listTree(folder)).map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    'file Z',
    'link link',
    'folder src',
    'file src-x',
    'file src/a',
  ]);
});

test('a pipe in the tree is refused: reading it would wait for ever', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await expect(hashTree(folder)).rejects.toMatchObject({ code: 'STEP_UNREADABLE' });
});
