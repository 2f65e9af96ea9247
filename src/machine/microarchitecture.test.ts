import { expect, test } from 'vitest';
import {
  ancestorsOf,
  familyOf,
  findMicroarchitecture,
  genericOf,
  isCompatible,
  listMicroarchitectures,
  type Microarchitecture,
} from './microarchitecture.ts';

function named(name: string): Microarchitecture {
  const found = findMicroarchitecture(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

test('the table holds all of archspec: 78 microarchitectures of known families', () => {
  const all = listMicroarchitectures();
  expect(all).toHaveLength(78);
  expect(all.filter((entry) => familyOf(entry).name === 'x86_64')).toHaveLength(32);
  expect(all.filter((entry) => familyOf(entry).name === 'aarch64')).toHaveLength(23);
});

test.each([
  ['zen2', 'zen3', true],
  ['zen3', 'zen2', false],
  ['zen2', 'zen2', true],
  ['x86_64_v3', 'zen', true],
  ['x86_64_v4', 'zen4', true],
  ['x86_64_v4', 'mic_knl', false],
  ['haswell', 'zen4', false],
  ['skylake_avx512', 'sapphirerapids', true],
  ['neoverse_v1', 'neoverse_v2', false],
  ['aarch64', 'a64fx', true],
  ['power9', 'power9le', false],
])('code for %s on %s: runs %s', (builtFor, runsOn, expected) => {
  expect(isCompatible(named(builtFor), named(runsOn))).toBe(expected);
});

test.each([
  ['zen3', 'x86_64_v3'],
  ['zen5', 'x86_64_v4'],
  ['alderlake', 'x86_64_v3'],
  ['neoverse_v2', 'armv9.0a'],
  ['a64fx', 'armv8.2a'],
  ['power10le', 'ppc64le'],
])('the vendor-neutral level of %s is %s', (name, generic) => {
  expect(genericOf(named(name)).name).toBe(generic);
});

test('compatibility is an order: what runs on a parent runs on its children', () => {
  for (const entry of listMicroarchitectures()) {
    for (const ancestor of ancestorsOf(entry)) {
      expect(isCompatible(ancestor, entry)).toBe(true);
      expect(isCompatible(entry, ancestor)).toBe(false);
      expect(familyOf(ancestor)).toBe(familyOf(entry));
    }
  }
});
