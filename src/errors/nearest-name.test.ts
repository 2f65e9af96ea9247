import { expect, test } from 'vitest';
import { findNearestName } from './nearest-name.ts';

test('a swapped pair of letters finds the name that was meant', () => {
  expect(findNearestName('mahcine', ['machine', 'workflow'])).toBe('machine');
});

test('case does not count as a difference', () => {
  expect(findNearestName('ZEN2', ['zen3', 'zen2'])).toBe('zen2');
});

test('a name that is like none of the candidates has no nearest name', () => {
  expect(findNearestName('quantum', ['zen2', 'haswell'])).toBeUndefined();
});
