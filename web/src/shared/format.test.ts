import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatExactTime, formatTimeAgo, toIsoDuration } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [82_400_000, '82.4 MB'],
  [500_000_000_000, '500 GB'],
  [1_000_000, '1 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [-5, '0.0 s'],
  [420, '0.4 s'],
  [8_200, '8 s'],
  [245_000, '4 min 05 s'],
  [4_320_000, '1 h 12 min'],
  [183_600_000, '2 d 3 h'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a duration is there for machines too', () => {
  expect(toIsoDuration(245_400)).toBe('PT245S');
});

const now = new Date('2026-11-26T12:00:00Z');

test.each([
  ['2026-11-26T12:00:20Z', 'just now'],
  ['2026-11-26T11:59:40Z', 'just now'],
  ['2026-11-26T11:55:00Z', '5 minutes ago'],
  ['2026-11-26T11:01:00Z', '1 hour ago'],
  ['2026-11-25T13:00:00Z', '23 hours ago'],
  ['2026-11-25T12:00:00Z', 'yesterday'],
  ['2026-11-24T14:00:00Z', '2 days ago'],
  ['2026-11-17T12:00:00Z', '1 week ago'],
  ['2026-10-27T12:00:00Z', '1 month ago'],
  ['2025-12-05T12:00:00Z', '1 year ago'],
  ['2026-11-29T12:00:00Z', 'in 3 days'],
])('%s is %s', (at, text) => {
  expect(formatTimeAgo(new Date(at), now)).toBe(text);
});

test('the exact time is in the zone of the reader', () => {
  expect(formatExactTime(now, 'Europe/Berlin')).toBe('26 Nov 2026, 13:00:00 CET');
});
