import { expect, test } from 'vitest';
import { makeConfig, makeEntry } from '../image.fixture.ts';
import type { TarEntry } from '../tar/entry.ts';
import { planContainerFiles, planMountPoints } from './container-files.ts';
import { planRoot, type RootPlan } from './root-plan.ts';
import { createRootTree } from './root-tree.ts';

const ours = {
  files: planContainerFiles(makeConfig({ layers: [] }), { labels: { a: 'b' }, definition: 'from: x\n' }),
  mountPoints: planMountPoints(),
};

function plan(...entries: readonly TarEntry[]): RootPlan {
  const tree = createRootTree();
  for (const [member, entry] of entries.entries()) tree.apply(entry, { layer: 0, member });
  return planRoot(tree, ours, 1000);
}

const typesOf = ({ standalone }: RootPlan) =>
  new Map(standalone.map(({ entry }) => [entry.name, entry.type]));

test('an empty image gets all that Apptainer expects', () => {
  const types = typesOf(plan());
  expect(types.get('.singularity.d/runscript')).toBe('file');
  expect(types.get('.singularity.d/env/10-docker2singularity.sh')).toBe('file');
  for (const name of ['.exec', '.run', '.shell', '.test', 'environment', 'singularity'])
    expect(types.get(name)).toBe('symlink');
  for (const name of ['dev', 'etc', 'home', 'proc', 'root', 'sys', 'tmp', 'var/tmp'])
    expect(types.get(name)).toBe('directory');
  expect(types.get('etc/hosts')).toBe('file');
});

test('parents come before what is in them, and no name comes twice', () => {
  const names = plan(makeEntry('etc/passwd')).standalone.map(({ entry }) => entry.name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual([...names].sort((a, b) => compareParts(a.split('/'), b.split('/'))));
});

test.each([
  makeEntry('singularity', { type: 'directory' }),
  makeEntry('.singularity.d', { type: 'symlink', linkName: '/etc' }),
  makeEntry('.singularity.d'),
  makeEntry('.singularity.d/runscript', { type: 'directory' }),
  makeEntry('.singularity.d/env', { type: 'symlink', linkName: '../../..' }),
])('our files lie over $type $name of the image', (entry) => {
  const types = typesOf(plan(entry, makeEntry('other', { size: 3 })));
  expect(types.get('.singularity.d')).toBe('directory');
  expect(types.get('.singularity.d/env')).toBe('directory');
  expect(types.get('.singularity.d/runscript')).toBe('file');
  expect(types.get('singularity')).toBe('symlink');
});

test('mount points that the image has stay as they are', () => {
  const { standalone, files } = plan(
    makeEntry('etc/hosts', { size: 4 }),
    makeEntry('tmp', { type: 'symlink', linkName: 'var/tmp' }),
  );
  expect(files.get('0/0')?.names).toEqual(['etc/hosts']);
  expect(files.get('0/1')?.names).toEqual(['tmp']);
  expect(standalone.map(({ entry }) => entry.name)).not.toContain('tmp');
});

test('hard links are names of one file, whose content counts once', () => {
  const { files, contentBytes } = plan(
    makeEntry('b', { size: 7 }),
    makeEntry('a', { type: 'hardlink', linkName: 'b' }),
  );
  expect(files.get('0/0')?.names).toEqual(['a', 'b']);
  expect(contentBytes).toBe(7);
});

test.each([
  { mtime: -5, kept: 0 },
  { mtime: 2 ** 33, kept: 2 ** 32 - 1 },
])('the time $mtime becomes $kept, which is said once', ({ mtime, kept }) => {
  const folder = { type: 'directory', mtime } as const;
  const { standalone, warnings } = plan(makeEntry('d', folder), makeEntry('e', folder));
  expect(standalone.find(({ entry }) => entry.name === 'd')?.entry.mtime).toBe(kept);
  expect(warnings).toHaveLength(1);
});

test('attributes that squashfs cannot hold are told, each once', () => {
  const xattrs = new Map([
    ['system.posix_acl_access', 'x'],
    ['user.kept', 'x'],
  ]);
  expect(plan(makeEntry('a', { xattrs }), makeEntry('b', { xattrs })).warnings).toEqual([
    'the attribute "system.posix_acl_access" is left out: squashfs has none such',
  ]);
});

test('the root directory has times that squashfs can hold, too', () => {
  expect(plan(makeEntry('./', { type: 'directory', mtime: -1, mode: 0o700 })).root).toMatchObject({
    mtime: 0,
    mode: 0o700,
  });
});

function compareParts([a = '', ...restA]: string[], [b = '', ...restB]: string[]): number {
  if (a !== b) return a < b ? -1 : 1;
  return restA.length === 0 && restB.length === 0 ? 0 : compareParts(restA, restB);
}
