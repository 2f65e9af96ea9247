import { expect, test } from 'vitest';
import { machines } from './machines.fixture.ts';
import {
  findMicroarchitecture,
  findSystem,
  groupArchitectures,
  isSystemMatch,
  listSpecs,
  searchArchitectures,
} from './machines.ts';

const groups = groupArchitectures(machines.microarchitectures);
const search = (typed: string) =>
  searchArchitectures(groups, typed).map(({ group, items }) => [group, ...items.map(({ value }) => value)]);

test('all is listed by family, code names beside what they stand for', () => {
  expect(search('')).toEqual([
    ['Any machine of the platform', 'none'],
    ['Generic amd64', 'x86_64'],
    ['AMD amd64', 'zen2', 'zen3'],
    ['ARM arm64', 'neoverse_v2'],
  ]);
  expect(groups[2]?.items.find(({ value }) => value === 'zen3')?.note).toBe('milan, trento');
});

test('a code name finds itself and what it stands for', () => {
  expect(search('TRE')).toEqual([['AMD amd64', 'zen3', 'trento']]);
  expect(search('rm')).toEqual([]);
});

test('names are found in any case', () => {
  expect(findSystem(machines, 'CRAY')?.name).toBe('cray-gpu');
  expect(findSystem(machines, '')).toBeUndefined();
  expect(findMicroarchitecture(machines, 'Milan')?.name).toBe('zen3');
});

test('a system is found by every word of what is said about it', () => {
  const [cray] = machines.systems;
  if (cray === undefined) throw new Error('no system');
  expect(isSystemMatch(cray, 'somewhere gpu')).toBe(true);
  expect(isSystemMatch(cray, 'somewhere else')).toBe(false);
});

test('specs are the usual ones, and once those of systems', () => {
  const specs = listSpecs(machines, 'mpi');
  expect(specs).toContain('openmpi@4');
  expect(specs.filter((spec) => spec === 'mpich@3.4.3')).toHaveLength(1);
});
