import { expect, test } from 'vitest';
import { toIndex } from './jump.ts';

test('rows are counted from the beginning of the log', () => {
  expect(toIndex({ to: 120 }, { begin: 0, errorRow: -1 })).toBe(120);
  expect(toIndex({ to: 120 }, { begin: 100, errorRow: -1 })).toBe(20);
});

test('what was let go leads to the first row that is there', () => {
  expect(toIndex({ to: 20 }, { begin: 100, errorRow: -1 })).toBe(0);
});

test('the reason of a failure may not be known yet', () => {
  expect(toIndex({ to: 'error' }, { begin: 100, errorRow: -1 })).toBe(-1);
  expect(toIndex({ to: 'error' }, { begin: 100, errorRow: 7 })).toBe(7);
});
