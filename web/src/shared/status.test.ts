import { expect, test } from 'vitest';
import { statusLabel } from './status.ts';

test('a running build says what it is at', () => {
  expect(statusLabel({ state: 'running', phase: 'converting', cancel_requested: false })).toBe('Converting');
  expect(statusLabel({ state: 'running', phase: null, cancel_requested: false })).toBe('Running');
});

test('a running build that is to end says that', () => {
  expect(statusLabel({ state: 'running', phase: 'building', cancel_requested: true })).toBe('Cancelling');
});

test('what has ended says how', () => {
  expect(statusLabel({ state: 'timed_out', phase: null, cancel_requested: true })).toBe('Timed out');
});
