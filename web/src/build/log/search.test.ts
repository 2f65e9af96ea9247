import { expect, test } from 'vitest';
import { parseAnsi } from './ansi.ts';
import type { LogRow } from './rows.ts';
import { createSearch, firstFrom, lastBefore, markMatches } from './search.ts';

const row = (text: string): LogRow => ({ text, kind: 'line', stage: '', at: '' });

test('rows are found whatever their case and colours', () => {
  const rows = [row('Error: one'), row('fine'), row('an \u001b[31mer\u001b[0mror')];
  expect(createSearch('eRRor').extend(rows)).toEqual([0, 2]);
  expect(createSearch('').extend(rows)).toEqual([]);
});

test('what comes later is found too, once', () => {
  const rows = [row('x 1'), row('y')];
  const search = createSearch('x');
  expect(search.extend(rows)).toEqual([0]);
  rows.push(row('x 2'));
  expect(search.extend(rows)).toEqual([0, 2]);
  expect(search.extend(rows)).toEqual([0, 2]);
});

test('another list is read from its beginning', () => {
  const search = createSearch('x');
  expect(search.extend([row('y'), row('x')])).toEqual([1]);
  expect(search.extend([row('x')])).toEqual([0]);
});

test('the next match is the one at or after a row, and then the first again', () => {
  expect(firstFrom([3, 8, 20], 4)).toBe(1);
  expect(firstFrom([3, 8, 20], 8)).toBe(1);
  expect(firstFrom([3, 8, 20], 21)).toBe(0);
});

test('the match before is the last one above a row, and then the last of all', () => {
  expect(lastBefore([3, 8, 20], 9)).toBe(1);
  expect(lastBefore([3, 8, 20], 8)).toBe(0);
  expect(lastBefore([3, 8, 20], 21)).toBe(2);
  expect(lastBefore([3, 8, 20], 3)).toBe(2);
});

test('a match is marked, over the borders of colours too', () => {
  const marked = markMatches(parseAnsi('an \u001b[31mer\u001b[0mror, error'), 'error');
  expect(marked.map(({ text, isMatch }) => [text, isMatch])).toEqual([
    ['an ', false],
    ['er', true],
    ['ror', true],
    [', ', false],
    ['error', true],
  ]);
  expect(marked[1]?.style).toEqual({ color: 1 });
});
