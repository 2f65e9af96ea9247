import { expect, test } from 'vitest';
import { findError } from './find-error.ts';
import type { LogRow } from './rows.ts';

const row = (kind: LogRow['kind'], text: string, stage = ''): LogRow => ({ kind, text, stage, at: '' });
const line = (text: string, stage = 'pip') => row('line', text, stage);

const begin = [
  row('stage', 'Install', 'apt'),
  line('error: of another stage', 'apt'),
  row('stage', 'pip', 'pip'),
];
const end = [row('failure', 'failed: pip failed'), row('failure', 'look above')];

test.each([
  'ERROR: No matching distribution found for nothing==1',
  '\u001b[31msrc/main.c:3:10: fatal error: mpi.h: No such file\u001b[0m',
  'E: Unable to locate package nothing',
  'Traceback (most recent call last):',
  'make: *** [Makefile:2: all] Error 1',
  '/w/install.sh: line 3: cmake: command not found',
  'ld: main.o: undefined reference to `sum`',
])('the first error of the stage that failed is found: %s', (text) => {
  const rows = [...begin, line('Collecting nothing'), line(text), line('error: a later one'), ...end];
  expect(findError(rows, 'pip')).toBe(4);
});

test('a stage that says nothing of an error is at its last line', () => {
  expect(findError([...begin, line('one'), line('two'), ...end], 'pip')).toBe(4);
});

test('without a stage or without lines it is the end of the build, from its first line on', () => {
  expect(findError([...begin, ...end], undefined)).toBe(3);
  expect(findError([...begin, ...end], 'pip')).toBe(3);
  expect(findError([], undefined)).toBe(-1);
});

test('of several attempts the last one counts', () => {
  const rows = [...begin, line('error: the first time'), row('stage', 'pip', 'pip'), line('error: again')];
  expect(findError(rows, 'pip')).toBe(5);
});
