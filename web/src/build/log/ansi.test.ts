import { expect, test } from 'vitest';
import { parseAnsi, plainMessage, plainText } from './ansi.ts';

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

test('a message keeps its lines', () => {
  expect(plainMessage(`failed\n${esc}31merror${esc}0m`)).toBe('failed\nerror');
});
