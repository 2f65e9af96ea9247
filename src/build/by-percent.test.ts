import { expect, test, vi } from 'vitest';
import { byPercent } from './by-percent.ts';

test('of many reports one for each percent is left, the first and the last among them', () => {
  const report = vi.fn();
  const reportByPercent = byPercent(report);
  for (let current = 0; current <= 50_000; current += 10) reportByPercent(current, 50_000);
  expect(report).toHaveBeenCalledTimes(101);
  expect(report.mock.calls.at(0)).toEqual([0, 50_000]);
  expect(report.mock.calls.at(-1)).toEqual([50_000, 50_000]);
});

test('nothing to do is done', () => {
  const report = vi.fn();
  byPercent(report)(0, 0);
  expect(report.mock.calls).toEqual([[0, 0]]);
});
