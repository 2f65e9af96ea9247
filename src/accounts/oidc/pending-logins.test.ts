import { expect, test } from 'vitest';
import { createPendingLogins, loginMs } from './pending-logins.ts';

const checks = { state: 's', nonce: 'n', codeVerifier: 'v', redirectUri: 'https://cic.example.org/callback' };
const login = { checks, returnTo: '/' };

test('a login is taken once, by who has its handle, in ten minutes', () => {
  let nowMs = 0;
  const logins = createPendingLogins(() => nowMs);
  const [first, second] = [logins.add(login), logins.add(login)];
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(first).not.toBe(second);
  expect(logins.take('')).toBeUndefined();
  expect(logins.take(first)).toEqual(login);
  expect(logins.take(first)).toBeUndefined();
  nowMs += loginMs;
  expect(logins.take(second)).toBeUndefined();
});

test('logins that nobody finishes do not pile up', () => {
  const logins = createPendingLogins(() => 0);
  const first = logins.add(login);
  for (let count = 0; count < 10_000; count += 1) logins.add(login);
  expect(logins.take(first)).toBeUndefined();
});
