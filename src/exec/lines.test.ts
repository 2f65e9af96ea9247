import { expect, test } from 'vitest';
import { createLineSplitter } from './lines.ts';

function split(...chunks: string[]): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.flush();
  return lines;
}

test('lines end at line feeds, with or without a carriage return before', () => {
  expect(split('a\nb\r\nc')).toEqual(['a', 'b', 'c']);
});

test('a line end that is cut in two counts once', () => {
  expect(split('a\r', '\nb\n')).toEqual(['a', 'b']);
});

test('each state of a progress bar is a line', () => {
  expect(split('1%\r2%\r3%\n')).toEqual(['1%', '2%', '3%']);
});

test('empty lines are kept', () => {
  expect(split('a\n\nb\n')).toEqual(['a', '', 'b']);
});

test('a line without an end is handed out in pieces instead of filling the memory', () => {
  const lines = split(...Array.from({ length: 10 }, () => 'x'.repeat(50_000)));
  expect(Math.max(...lines.map((line) => line.length))).toBe(64 * 1024);
  expect(lines.join('')).toHaveLength(500_000);
});
