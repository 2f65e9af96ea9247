import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { askUntilAnswered, pollWhile } from './poll-while.ts';

const poll = pollWhile((running: number) => running > 0);
const ask = (data: number | undefined, status = 'success') => poll({ state: { data, status } });

test('what goes on is asked for often, what is over seldom', () => {
  expect(ask(1)).toBeLessThan(ask(0));
  expect(ask(undefined, 'pending')).toBe(ask(0));
});

test('a service that fails is not asked as often as one whose builds run', () => {
  expect(ask(1, 'error')).toBeGreaterThan(ask(1));
});

test('what was not answered is asked again, what was refused is not', () => {
  const after = (error: unknown) => askUntilAnswered({ state: { error } });
  expect(after(new AppError('SERVICE_UNREACHABLE', 'away'))).toBeGreaterThan(0);
  expect(after(new AppError('BUILD_NOT_FOUND', 'no such build'))).toBe(false);
  expect(after(null)).toBe(false);
});
