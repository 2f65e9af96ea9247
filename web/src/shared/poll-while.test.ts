import { expect, test } from 'vitest';
import { pollWhile } from './poll-while.ts';

const poll = pollWhile((running: number) => running > 0);
const ask = (data: number | undefined, status = 'success') => poll({ state: { data, status } });

test('what goes on is asked for often, what is over seldom', () => {
  expect(ask(1)).toBeLessThan(ask(0));
  expect(ask(undefined, 'pending')).toBe(ask(0));
});

test('a service that fails is not asked as often as one whose builds run', () => {
  expect(ask(1, 'error')).toBeGreaterThan(ask(1));
});
