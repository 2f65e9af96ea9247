import { expect, test } from 'vitest';
import { describeProgress, stageLabel } from './stage-label.ts';

test('stages have short names, unknown ones their own', () => {
  expect(stageLabel({ id: 'apt', title: 'Install 4 packages of Debian' })).toBe('apt packages');
  expect(stageLabel({ id: 'newer', title: 'Something new' })).toBe('Something new');
});

test.each([
  [{ current: 3, total: 12, unit: 'packages', item: 'hdf5@1.14 build' }, '3 of 12 · hdf5@1.14 build'],
  [{ current: 3, total: 12, unit: 'packages', remainingSeconds: 245 }, '3 of 12 · about 4 min 05 s left'],
  [{ current: 41_000_000, total: 76_000_000, unit: 'bytes' }, '41 MB of 76 MB'],
  [{ current: 41_000_000, unit: 'bytes' }, '41 MB'],
] as const)('%o is "%s"', (progress, text) => {
  expect(describeProgress({ progress, state: 'running' })).toBe(text);
});

test('of what is over only the packages are of interest', () => {
  const packages = { current: 12, total: 12, unit: 'packages', item: 'hdf5' } as const;
  expect(describeProgress({ progress: packages, state: 'done' })).toBe('12 of 12');
  const bytes = { current: 76, total: 76, unit: 'bytes' } as const;
  expect(describeProgress({ progress: bytes, state: 'done' })).toBe('');
});
