import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LockNode, parseLock, type SpackLock } from './lock.ts';
import { builtNodes, checkLockTargets, findNode } from './lock-nodes.ts';

function readGolden(name: string): string {
  return readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8');
}

/** As Spack 1.1.1 wrote it, for `target=zen3` with gcc and gmake of the base image. */
const newText = readGolden('zlib-lz4-1.1.lock');
const newLock = parseLock(newText);
/** By hand, after the source of Spack 0.23. */
const oldLock = parseLock(readGolden('bzip2-0.23.lock'));

function nodeOf(lock: SpackLock, name: string): LockNode {
  const node = findNode(lock.nodes, name);
  if (node === undefined) throw new Error(`no ${name}`);
  return node;
}

test("a lock of Spack 1 is read: the compiler is the dependency that provides the package's languages", () => {
  expect(newLock.specVersion).toBe(5);
  expect(newLock.roots.map(({ spec }) => spec)).toEqual(['zlib@1.3.1+shared', 'lz4']);
  expect(nodeOf(newLock, 'zlib')).toMatchObject({
    hash: 'js7rtsbwt5zmrgn32adsifjvek4otzve',
    version: '1.3.1',
    namespace: 'builtin',
    os: 'debian12',
    target: 'zen3',
    isExternal: false,
    compiler: { name: 'gcc', version: '12.2.0' },
    parameters: { build_system: 'makefile', shared: true, cflags: [] },
  });
  expect(nodeOf(newLock, 'zlib').dependencies[1]).toEqual({
    hash: '4suibcuwwlcnfuwlhdr3oqoeacajxww5',
    name: 'gcc',
    types: ['build'],
    virtuals: ['c', 'cxx'],
  });
  expect(nodeOf(newLock, 'gmake')).toMatchObject({ isExternal: true });
  expect(nodeOf(newLock, 'gmake')).not.toHaveProperty('compiler');
});

test('a lock of Spack 0.23 is read: the compiler is a field, a target may be a plain name', () => {
  expect(oldLock.specVersion).toBe(4);
  expect(nodeOf(oldLock, 'bzip2')).toMatchObject({
    target: 'zen3',
    isExternal: false,
    compiler: { name: 'gcc', version: '12.2.0' },
  });
  expect(nodeOf(oldLock, 'gmake')).toMatchObject({ target: 'x86_64_v3', isExternal: true });
});

test('a compiler is known by its name where it provides no language', () => {
  expect(nodeOf(newLock, 'gcc-runtime').compiler).toEqual({ name: 'gcc', version: '12.2.0' });
  expect(nodeOf(newLock, 'compiler-wrapper')).not.toHaveProperty('compiler');
});

test.each([
  ['Spack 1', newLock],
  ['Spack 0.23', oldLock],
])('the nodes of %s are in build order: dependencies first', (_spack, { nodes }) => {
  const places = new Map(nodes.map(({ hash }, index) => [hash, index]));
  for (const [index, { dependencies }] of nodes.entries()) {
    for (const { hash } of dependencies) expect(places.get(hash)).toBeLessThan(index);
  }
});

describe('the microarchitecture is checked for all that is built', () => {
  test('nothing to say when every package has it', () => {
    expect(checkLockTargets(newLock.nodes, 'zen3')).toEqual([]);
    expect(checkLockTargets(oldLock.nodes, 'zen3')).toEqual([]);
  });

  test('every package with another one is named, externals are not', () => {
    expect(checkLockTargets(newLock.nodes, 'zen4').map(({ name, target }) => `${name} ${target}`)).toEqual([
      'compiler-wrapper zen3',
      'gcc-runtime zen3',
      'zlib zen3',
      'lz4 zen3',
    ]);
  });
});

test('what is built is told apart from what the base image has', () => {
  expect(builtNodes(newLock.nodes).map(({ name }) => name)).toEqual([
    'compiler-wrapper',
    'gcc-runtime',
    'zlib',
    'lz4',
  ]);
});

test('of two packages of one name the one that software uses is found', () => {
  const zlib = nodeOf(newLock, 'zlib');
  const buildOnly = { ...zlib, hash: 'other' };
  const user = {
    ...zlib,
    name: 'user',
    dependencies: [
      { hash: 'other', name: 'zlib', types: ['build'], virtuals: [] },
      { hash: zlib.hash, name: 'zlib', types: ['link'], virtuals: [] },
    ],
  };
  expect(findNode([buildOnly, zlib, user], 'zlib')).toBe(zlib);
  expect(findNode(newLock.nodes, 'openmpi')).toBeUndefined();
});

describe('a lock that cannot be used says why', () => {
  const lock = JSON.parse(newText);
  const zlib = 'js7rtsbwt5zmrgn32adsifjvek4otzve';
  const withZlib = (changes: object) => ({
    ...lock,
    concrete_specs: { ...lock.concrete_specs, [zlib]: { ...lock.concrete_specs[zlib], ...changes } },
  });
  test.each<[string, unknown, string]>([
    [
      'another format',
      { ...lock, _meta: { 'lockfile-version': 99, 'specfile-version': 5 } },
      '_meta.lockfile-version: is a format that CIC does not know',
    ],
    ['a missing section', { ...lock, roots: undefined }, 'roots: is missing'],
    [
      'a node without a version',
      withZlib({ version: undefined }),
      `concrete_specs.${zlib}.version: is missing`,
    ],
    ['a target of no known shape', withZlib({ arch: { platform_os: 'debian12', target: 5 } }), 'arch.target'],
    ['a root that is missing', { ...lock, roots: [{ hash: 'abc', spec: 'hdf5' }] }, 'the root hdf5 (abc)'],
    [
      'a dependency that is missing',
      withZlib({ dependencies: [{ name: 'xz', hash: 'abc', parameters: { deptypes: ['link'] } }] }),
      'zlib depends on xz (abc), which it lacks',
    ],
    [
      'a circle',
      withZlib({ dependencies: [{ name: 'zlib', hash: zlib, parameters: { deptypes: ['link'] } }] }),
      `zlib (${zlib}) depends on itself`,
    ],
    ['a list', [], 'must be a mapping'],
  ])('%s', (_fault, value, message) => {
    expect(() => parseLock(JSON.stringify(value))).toThrow(
      expect.objectContaining({ code: 'SPACK_LOCK_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('a text that is no JSON, or only a part of one', () => {
    for (const text of ['', 'spack:\n', newText.slice(0, 500)]) {
      expect(() => parseLock(text)).toThrow(
        expect.objectContaining({
          code: 'SPACK_LOCK_INVALID',
          message: expect.stringContaining('it is no JSON'),
        }),
      );
    }
  });
});
