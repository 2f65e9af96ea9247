import { expect, test } from 'vitest';
import { compilerFlags } from './compiler-flags.ts';
import { findMicroarchitecture, listMicroarchitectures } from './microarchitecture.ts';

function flagsFor(name: string, compiler: string, version?: string) {
  const microarchitecture = findMicroarchitecture(name);
  if (microarchitecture === undefined) throw new Error(`no ${name}`);
  return compilerFlags(microarchitecture, { name: compiler, ...(version !== undefined && { version }) });
}

test.each([
  ['zen2', 'gcc', '12.2.0', '-march=znver2 -mtune=znver2'],
  ['zen2', 'clang', '14', '-march=znver2 -mtune=znver2'],
  ['x86_64', 'gcc', '12', '-march=x86-64 -mtune=generic'],
  ['x86_64_v3', 'gcc', '11.1', '-march=x86-64-v3 -mtune=generic'],
  ['neoverse_v1', 'gcc', '8.5', '-mcpu=neoverse-v1'],
  ['neoverse_v1', 'gcc', '9.4', '-mcpu=neoverse-v1'],
  ['neoverse_v2', 'gcc', '12.3', '-mcpu=neoverse-v2'],
  ['power9le', 'gcc', '9', '-mcpu=power9 -mtune=power9'],
  ['zen5', 'gcc', undefined, '-march=znver5 -mtune=znver5'],
])('%s with %s %s', (name, compiler, version, flags) => {
  expect(flagsFor(name, compiler, version)).toEqual({ kind: 'flags', flags });
});

test('a compiler that is a little too old for the name gets the flags of the nearest one', () => {
  const result = flagsFor('zen4', 'gcc', '12.2.0');
  expect(result).toMatchObject({ kind: 'flags', flags: expect.stringMatching(/^-march=znver3 .*-mavx512f/) });
});

test('a patch release belongs to the range that its minor release ends', () => {
  expect(flagsFor('x86_64_v3', 'gcc', '11.0.1')).toMatchObject({ kind: 'flags' });
});

test('a compiler that is too old is told which version could, and what it can compile for', () => {
  expect(flagsFor('zen5', 'gcc', '12.2.0')).toMatchObject({
    kind: 'unsupported',
    minVersion: '14.1',
    bestSupportedAncestor: { name: 'zen4' },
  });
  expect(flagsFor('sapphirerapids', 'gcc', '9.4')).toMatchObject({
    kind: 'unsupported',
    minVersion: '11.0',
    bestSupportedAncestor: { name: 'icelake' },
  });
});

test('a compiler whose newest version still lacks a microarchitecture has no version to offer', () => {
  const result = flagsFor('zen5', 'nvhpc', '25.1');
  expect(result).toMatchObject({ kind: 'unsupported', bestSupportedAncestor: { name: 'zen4' } });
  expect(result).not.toHaveProperty('minVersion');
});

test('a compiler that archspec knows nothing about is told apart from one that is too old', () => {
  expect(flagsFor('zen2', 'tcc', '1.0')).toEqual({ kind: 'unknown-compiler' });
});

test('no placeholder is left in any flags', () => {
  const entries = listMicroarchitectures().flatMap(({ compilers }) => Object.values(compilers).flat());
  expect(entries.length).toBeGreaterThan(300);
  expect(entries.filter(({ flags }) => /[{}]/.test(flags))).toEqual([]);
});
