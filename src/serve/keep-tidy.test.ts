import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepTidy } from './keep-tidy.ts';

const log = pino({ level: 'silent' });
const hour = 3_600_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('what has expired is removed at the start and each hour, until the end', () => {
  const removeExpired = vi.fn(async () => undefined);
  const stop = keepTidy({ removeExpired }, log);
  expect(removeExpired).toHaveBeenCalledExactlyOnceWith(new Date());
  vi.advanceTimersByTime(2 * hour);
  expect(removeExpired).toHaveBeenCalledTimes(3);
  stop();
  vi.advanceTimersByTime(2 * hour);
  expect(removeExpired).toHaveBeenCalledTimes(3);
});

test('a database that does not answer is tried again', async () => {
  const error = vi.spyOn(log, 'error');
  const removeExpired = vi.fn(async () => Promise.reject(new Error('gone')));
  const stop = keepTidy({ removeExpired }, log);
  await vi.advanceTimersByTimeAsync(hour);
  expect(removeExpired).toHaveBeenCalledTimes(2);
  expect(error).toHaveBeenCalledTimes(2);
  stop();
});
