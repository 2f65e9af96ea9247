import { expect, test } from 'vitest';
import { favouriteMachines } from './favourite-machines.ts';

const builds = ['zen3', 'rome', 'mn5-gpp', 'rome', 'zen3', 'icelake'].map((machine) => ({ machine }));

test('what is built for most comes first, then what was built for last', () => {
  expect(favouriteMachines(builds, 3)).toEqual(['zen3', 'rome', 'mn5-gpp']);
});

test('without builds there is no favourite', () => {
  expect(favouriteMachines([], 3)).toEqual([]);
});
