import { expect, test } from 'vitest';
import { heldAfter } from './held-place.ts';

const end = 1_000;
const held = end;

test.each([
  ['goes up', { from: 1_000, to: 900 }, null],
  ['goes down to an end that is further off by now', { from: 700, to: 900 }, 'end'],
  ['goes up with its end', { from: 1_800, to: 1_000 }, 'end'],
  ['is not a whole pixel off', { from: 1_000, to: 999.5 }, 'end'],
])('a log that is followed and %s', (_what, move, after) => {
  expect(heldAfter('end', { ...move, end, held })).toBe(after);
});

test.each([
  ['down to the end', { from: 500, to: 1_000 }, 'end'],
  ['down, but not to the end', { from: 500, to: 990 }, null],
  ['up, and is still near the end', { from: 1_000, to: 998 }, null],
])('who scrolls %s', (_what, move, after) => {
  expect(heldAfter(null, { ...move, end, held })).toBe(after);
});

test('a log that is held at a row at the end does not follow it, and leaves it where something else moves it', () => {
  const place = { row: 80, below: 300 };
  expect(heldAfter(place, { from: 500, to: 1_000, end, held })).toBe(place);
  expect(heldAfter(place, { from: 1_000, to: 990, end, held })).toBeNull();
});
