import { expect, test } from 'vitest';
import { chooseStep, offerSteps, offerVersions, offerWorkflows } from './workflows.ts';

const workflows = [
  { name: 'one', steps: ['only'] },
  { name: 'two', steps: ['first', 'second'] },
];

test('a name is offered once, whatever the registry has under it', () => {
  expect(offerVersions({ branches: ['latest', 'main', 'v1'], tags: ['v1', 'v2'] })).toEqual([
    { group: 'Default branch', items: ['latest'] },
    { group: 'Branches', items: ['main', 'v1'] },
    { group: 'Tags', items: ['v2'] },
  ]);
  expect(offerWorkflows([{ name: 'BASE', steps: [] }])).toEqual([{ group: 'Workflows', items: ['BASE'] }]);
});

test('a plain folder has no versions but its own', () => {
  expect(offerVersions({ branches: [], tags: [] })).toEqual([{ group: 'Default branch', items: ['latest'] }]);
});

test('the step goes with the workflow', () => {
  expect(chooseStep('one', '', workflows)).toBe('only');
  expect(chooseStep('two', 'only', workflows)).toBe('');
  expect(chooseStep('two', 'second', workflows)).toBe('second');
  expect(chooseStep('BASE', 'second', workflows)).toBe('BASE');
  expect(chooseStep('not_there', 'second', workflows)).toBe('second');
  expect(chooseStep('not_there', 'BASE', workflows)).toBe('');
});

test('the base image has no other step', () => {
  expect(offerSteps('BASE', workflows)).toEqual(['BASE']);
  expect(offerSteps('two', workflows)).toEqual(['first', 'second']);
  expect(offerSteps('', workflows)).toEqual([]);
});
