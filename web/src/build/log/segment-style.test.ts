import { expect, test } from 'vitest';
import { toCss } from './segment-style.ts';

test('a plain part needs no style', () => {
  expect(toCss({})).toBeUndefined();
});

test('colours of the terminal follow the theme, others are as they are', () => {
  expect(toCss({ color: 1, isBold: true })).toEqual({ color: 'var(--ansi-1)', fontWeight: 700 });
  expect(toCss({ color: 'rgb(1, 2, 3)' })).toEqual({ color: 'rgb(1, 2, 3)' });
  expect(toCss({ background: 4 })?.background).toContain('var(--ansi-4)');
});

test('inverse parts swap text and background', () => {
  expect(toCss({ color: 2, isInverse: true })).toEqual({
    color: 'var(--log-background)',
    background: 'var(--ansi-2)',
  });
});

test('a part may be underlined and struck', () => {
  expect(toCss({ isUnderlined: true, isStruck: true })).toEqual({
    textDecorationLine: 'underline line-through',
  });
});
