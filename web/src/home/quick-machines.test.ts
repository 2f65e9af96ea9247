import { expect, test } from 'vitest';
import { quickMachines } from './quick-machines.ts';

const builds = ['zen3', 'rome', 'mn5-gpp', 'rome', 'zen3', 'icelake'].map((machine) => ({ machine }));

test('what is built for most comes first, then what was built for last', () => {
  expect(quickMachines([], builds, 3)).toEqual(['zen3', 'rome', 'mn5-gpp']);
});

test('favourites come before, and once', () => {
  expect(quickMachines(['lumi-g', 'rome'], builds, 3)).toEqual(['lumi-g', 'rome', 'zen3']);
});

test('without builds there is nothing that is used', () => {
  expect(quickMachines([], [], 3)).toEqual([]);
});
