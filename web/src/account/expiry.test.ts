import { expect, test } from 'vitest';
import { toExpiry } from './expiry.ts';

test('a token ends so many days from now, or never', () => {
  const now = new Date('2026-11-26T12:00:00Z');
  expect(toExpiry('30', now)).toBe('2026-12-26T12:00:00.000Z');
  expect(toExpiry('', now)).toBeNull();
});
