import { expect, test } from 'vitest';
import { isPlain, parseAnsi, plainMessage, plainText, styleAfter } from './ansi.ts';

const esc = '\u001b[';

test('a line without colours is one part', () => {
  expect(parseAnsi('gcc -O2 main.c')).toEqual([{ text: 'gcc -O2 main.c', style: {} }]);
});

test('colours begin and end where they are set', () => {
  expect(parseAnsi(`a ${esc}1;31mred${esc}0m b`)).toEqual([
    { text: 'a ', style: {} },
    { text: 'red', style: { isBold: true, color: 1 } },
    { text: ' b', style: {} },
  ]);
});

test.each([
  ['92', { color: 10 }],
  ['44', { background: 4 }],
  ['38;5;3', { color: 3 }],
  ['38;5;196', { color: 'rgb(255, 0, 0)' }],
  ['48;5;244', { background: 'rgb(128, 128, 128)' }],
  ['38;2;10;20;300', { color: 'rgb(10, 20, 255)' }],
  ['38;5;196;1', { color: 'rgb(255, 0, 0)', isBold: true }],
  ['3;4;9;7', { isItalic: true, isUnderlined: true, isStruck: true, isInverse: true }],
  ['31;39', { color: undefined }],
  ['77', {}],
])('%s is a look', (codes, style) => {
  expect(parseAnsi(`${esc}${codes}mx`)).toEqual([{ text: 'x', style }]);
});

test.each([
  ['moves of the cursor', `${esc}2K${esc}1Aok`, 'ok'],
  ['the title of the window', '\u001b]0;title\u0007ok', 'ok'],
  ['links', '\u001b]8;;https://example.org\u001b\\ok\u001b]8;;\u001b\\', 'ok'],
  ['what was drawn over', ' 10 %\r 50 %\r100 %\r', '100 %'],
  ['bells, but no tabs', 'a\u0007\tb', 'a\tb'],
])('%s: left out', (_what, line, text) => {
  expect(plainText(line)).toBe(text);
  expect(
    parseAnsi(line)
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test('a line begins with the look that was left to it', () => {
  const before = { color: 2, isBold: true };
  expect(parseAnsi('plain', before)).toEqual([{ text: 'plain', style: before }]);
  expect(parseAnsi(`on ${esc}39mand off`, before)).toEqual([
    { text: 'on ', style: before },
    { text: 'and off', style: { color: undefined, isBold: true } },
  ]);
});

test('what was drawn over has set its colours', () => {
  expect(parseAnsi(`${esc}32m 50 %\r100 %${esc}0m\r`)).toEqual([{ text: '100 %', style: { color: 2 } }]);
});

test.each([
  ['a line that takes nothing back', `${esc}31mred`, { isDim: true, color: 1 }],
  ['a line without colours', 'x', { isDim: true }],
  ['a reset', `x${esc}m`, {}],
  ['codes for keys', `${esc}>4;1m`, { isDim: true }],
])('the look after %s', (_what, line, style) => {
  expect(styleAfter(line, { isDim: true })).toEqual(style);
});

test('a look that was switched off is none', () => {
  expect(isPlain({ color: undefined, isBold: false })).toBe(true);
  expect(isPlain({ color: 0 })).toBe(false);
});

test('a message keeps its lines', () => {
  expect(plainMessage(`failed\n${esc}31merror${esc}0m`)).toBe('failed\nerror');
});
