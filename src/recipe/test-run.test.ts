import { expect, test } from 'vitest';
import { makeStep } from './recipe.fixture.ts';
import { planTestRun } from './test-run.ts';

test('each test is a script for bash, run in the folder of the step on top of the image', () => {
  const { instructions, tests } = planTestRun(makeStep({ tests: ['make check', 'cd /tmp\necho "$HOME"'] }));
  expect(instructions).toEqual([
    { stage: 'test', text: 'FROM cic-base' },
    { stage: 'test', text: 'WORKDIR /wordcount' },
    { stage: 'test', text: 'RUN ["bash","-e","-c","make check"]' },
    { stage: 'test', text: 'RUN ["bash","-e","-c","cd /tmp\\necho \\"$HOME\\""]' },
  ]);
  expect(tests.map(({ command }) => command)).toEqual(['make check', 'cd /tmp\necho "$HOME"']);
});

test('a step without tests runs none', () => {
  expect(planTestRun(makeStep()).tests).toEqual([]);
});
