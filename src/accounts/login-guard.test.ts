import { beforeEach, expect, test } from 'vitest';
import { createLoginGuard, type LoginGuard } from './login-guard.ts';

let nowMs: number;
let guard: LoginGuard;

beforeEach(() => {
  nowMs = 1_000_000;
  guard = createLoginGuard(() => nowMs);
});

const guess = (address: string, name = 'ada') => guard.admit(address, name)('wrong');
const throttled = expect.objectContaining({ code: 'AUTH_THROTTLED' });

test('some slips are free, then each further failure doubles the time to wait', () => {
  for (let slip = 1; slip <= 5; slip += 1) guess('10.0.0.1');
  for (const seconds of [1, 2, 4, 8]) {
    expect(() => guess('10.0.0.1')).toThrow(`try again in ${seconds} s`);
    nowMs += seconds * 1000;
    guess('10.0.0.1');
  }
});

test('nobody waits longer than a quarter of an hour, and time heals', () => {
  for (let count = 0; count < 30; count += 1) {
    guess('10.0.0.1');
    nowMs += 15 * 60_000;
  }
  guess('10.0.0.1');
  nowMs += 15 * 60_000 - 1;
  expect(() => guess('10.0.0.1')).toThrow(throttled);
  nowMs += 16 * 60_000;
  for (let slip = 1; slip <= 5; slip += 1) guess('10.0.0.1');
});

test('other addresses and other names are not slowed', () => {
  for (let slip = 1; slip <= 5; slip += 1) guess('10.0.0.1');
  expect(() => guess('10.0.0.1', 'ADA')).toThrow(throttled);
  expect(() => guess('10.0.0.2')).not.toThrow();
  expect(() => guess('10.0.0.1', 'bob')).not.toThrow();
});

test('who tries many names from one address is slowed for all of them', () => {
  for (let count = 0; count < 50; count += 1) guess('10.0.0.1', `user${count}`);
  expect(() => guess('10.0.0.1', 'new')).toThrow(throttled);
  expect(() => guess('10.0.0.2', 'new')).not.toThrow();
});

test('many guesses at the same moment gain nothing', () => {
  for (let count = 0; count < 5; count += 1) guard.admit('10.0.0.1', 'ada');
  expect(() => guard.admit('10.0.0.1', 'ada')).toThrow(throttled);
});

test('the right password forgives, and what could not be looked at does not count', () => {
  for (let slip = 1; slip <= 4; slip += 1) guess('10.0.0.1');
  guard.admit('10.0.0.1', 'ada')('right');
  for (let slip = 1; slip <= 4; slip += 1) guess('10.0.0.1');
  for (let count = 0; count < 100; count += 1) guard.admit('10.0.0.1', 'ada')('undecided');
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['2001:db8:1:2:0:0:0:1', '2001:0db8:0001:0002::'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['fe80::1%eth0', 'fe80::2'],
])('%s and %s are one source', (first, second) => {
  for (let slip = 1; slip <= 5; slip += 1) guess(first);
  expect(() => guess(second)).toThrow(throttled);
});

test('neighbouring networks are not one source', () => {
  for (let slip = 1; slip <= 5; slip += 1) guess('2001:db8:1:2::1');
  expect(() => guess('2001:db8:1:3::1')).not.toThrow();
});
