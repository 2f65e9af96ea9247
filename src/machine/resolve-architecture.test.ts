import { expect, test } from 'vitest';
import { isAppError } from '../errors/app-error.ts';
import { parsePlatform } from '../oci/platform.ts';
import { codeNames, toPlainName } from './code-names.ts';
import { findMicroarchitecture, listMicroarchitectures } from './microarchitecture.ts';
import { platformOf, resolveArchitecture } from './resolve-architecture.ts';

const amd64 = parsePlatform('linux/amd64');
const arm64 = parsePlatform('linux/arm64/v8');
const ppc64le = parsePlatform('linux/ppc64le');

test.each([
  ['zen3', amd64, 'zen3'],
  ['rome', amd64, 'zen2'],
  ['Milan-X', amd64, 'zen3'],
  ['Cascade Lake', amd64, 'cascadelake'],
  ['cascade_lake', amd64, 'cascadelake'],
  ['SKYLAKE-SP', amd64, 'skylake_avx512'],
  ['skylake', amd64, 'skylake'],
  ['x86-64-v3', amd64, 'x86_64_v3'],
  ['GH200', arm64, 'neoverse_v2'],
  ['grace', arm64, 'neoverse_v2'],
  ['power9', ppc64le, 'power9le'],
  ['none', amd64, 'x86_64'],
  ['none', arm64, 'aarch64'],
  ['none', ppc64le, 'ppc64le'],
])('%s on %j is %s', (name, platform, expected) => {
  expect(resolveArchitecture(name, platform).name).toBe(expected);
});

test('a typing slip is answered with the name that was meant', () => {
  expect(() => resolveArchitecture('rmoe', amd64)).toThrow(
    expect.objectContaining({
      code: 'MACHINE_UNKNOWN_ARCHITECTURE',
      details: { name: 'rmoe', nearest: 'rome' },
    }),
  );
});

test.each(['', ' zen2', 'zen--2', 'zen2_', `zen${'_'.repeat(300)}2`, 'zen\n2', 'constructor'])(
  '%j is no name',
  (name) => {
    expect(() => resolveArchitecture(name, amd64)).toThrow(
      expect.objectContaining({ code: 'MACHINE_UNKNOWN_ARCHITECTURE' }),
    );
  },
);

test.each([
  ['zen2', arm64],
  ['grace', amd64],
  ['power9', amd64],
  ['u74mc', amd64],
  ['pentium4', amd64],
])('%s contradicts %j', (name, platform) => {
  expect(() => resolveArchitecture(name, platform)).toThrow(
    expect.objectContaining({ code: 'MACHINE_CONFLICT' }),
  );
});

test('a contradiction names both sides and the platform that would fit', () => {
  try {
    resolveArchitecture('grace', amd64);
    expect.unreachable();
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(error.message).toBe('architecture "grace" (aarch64) contradicts platform linux/amd64');
    expect(error.hint).toContain('use the platform linux/arm64');
  }
});

test('every code name means a microarchitecture of a platform that CIC builds for', () => {
  for (const { name, microarchitecture } of codeNames) {
    const found = findMicroarchitecture(microarchitecture);
    const platform = found && platformOf(found);
    if (platform === undefined) expect.fail(`${name} → ${microarchitecture}`);
    expect(resolveArchitecture(name, platform)).toBe(found);
  }
});

test('no two names are the same but for their spelling', () => {
  const names = [...new Set([...listMicroarchitectures(), ...codeNames].map(({ name }) => name))];
  expect(new Set(names.map(toPlainName)).size).toBe(names.length);
});
