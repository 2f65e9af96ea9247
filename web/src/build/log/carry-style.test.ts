import { expect, test } from 'vitest';
import { createStyleCarrier } from './carry-style.ts';
import type { LogRow } from './rows.ts';

const esc = '\u001b[';
const row = (text: string, { kind = 'line', stage = 'apt' }: Partial<LogRow> = {}): LogRow => ({
  text,
  kind,
  stage,
  at: '',
});
const looksOf = (rows: readonly LogRow[]) => rows.map(createStyleCarrier()).map(({ before }) => before);

test('a colour goes on until it is taken back', () => {
  const rows = [row(`${esc}31mFAILED: a.o`), row('cc -c a.c'), row(`a.c:1: error${esc}0m`), row('cc -c b.c')];
  expect(looksOf(rows)).toEqual([undefined, { color: 1 }, { color: 1 }, undefined]);
});

test('what is switched off one by one is gone too', () => {
  const rows = [row(`${esc}1;31mred`), row(`${esc}39m`), row(`${esc}22m`), row('plain')];
  expect(looksOf(rows)).toEqual([
    undefined,
    { isBold: true, color: 1 },
    { isBold: true, color: undefined },
    undefined,
  ]);
});

test('each stage has its own, and what is no line has none', () => {
  const rows = [
    row(`${esc}32mapt`),
    row('spack', { stage: 'spack' }),
    row('from the cache', { kind: 'note' }),
    row('warning: old', { kind: 'warning', stage: '' }),
    row('apt'),
  ];
  expect(looksOf(rows)).toEqual([undefined, undefined, undefined, undefined, { color: 2 }]);
});

test('a stage that begins again begins plain', () => {
  const rows = [row(`${esc}32mapt`), row('Install', { kind: 'stage' }), row('apt')];
  expect(looksOf(rows)).toEqual([undefined, undefined, undefined]);
});

test('a line without colours is the row that it was', () => {
  const plain = row('cc -c a.c');
  expect(createStyleCarrier()(plain)).toBe(plain);
});
