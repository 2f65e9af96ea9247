import { expect, test } from 'vitest';
import { findNearestName, findNearestNames } from './nearest-name.ts';

test('a swapped pair of letters finds the name that was meant', () => {
  expect(findNearestName('mahcine', ['machine', 'workflow'])).toBe('machine');
});

test('case does not count as a difference', () => {
  expect(findNearestName('ZEN2', ['zen3', 'zen2'])).toBe('zen2');
});

test('a name that is like none of the candidates has no nearest name', () => {
  expect(findNearestName('quantum', ['zen2', 'haswell'])).toBeUndefined();
});

test('several names that may be meant come the nearest first', () => {
  const names = ['mpich', 'zlib2b', 'zlib', 'lib', 'zstd'];
  expect(findNearestNames('zlibb', names, 3)).toEqual(['zlib2b', 'zlib']);
  expect(findNearestNames('zlibb', names, 1)).toEqual(['zlib2b']);
  expect(findNearestNames('quantum', names, 3)).toEqual([]);
});

test('of equally near names those come first that begin alike', () => {
  expect(findNearestNames('gromax', ['goma', 'gromacs'], 2)).toEqual(['gromacs', 'goma']);
});
