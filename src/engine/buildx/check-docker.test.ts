import { expect, test } from 'vitest';
import { isTooOld } from './check-docker.ts';

test.each([
  ['0.12.1', true],
  ['0.9', true],
  ['0.13.1+ds1', false],
  ['0.30.0', false],
  ['1.0.0', false],
  ['a1b2c3', false],
])('buildx %s is too old: %s', (version, isOld) => {
  expect(isTooOld(version)).toBe(isOld);
});
