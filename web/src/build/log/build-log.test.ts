import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogEntry } from '../../../../src/client/follow-build.ts';
import { createBuildLog } from './build-log.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const at = '2026-01-01T00:00:00.000Z';
const line = (seq: number): LogEntry => ({
  seq,
  at,
  event: { kind: 'log', stage: 'pip', line: `line ${seq}`, stream: 'stdout' },
});
const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

test('each entry is a row once, also when a service sends it twice', () => {
  const log = createBuildLog();
  log.add(lines(1, 3));
  log.add(lines(2, 4));
  vi.runAllTimers();
  expect(log.read().rows.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
  expect(log.last).toBe(4);
});

test('many changes are told as few', () => {
  const log = createBuildLog();
  let told = 0;
  log.subscribe(() => (told += 1));
  log.add(lines(1, 1));
  vi.runAllTimers();
  for (let seq = 2; seq < 500; seq += 1) log.add([line(seq)]);
  log.setConnection('live');
  vi.runAllTimers();
  expect(told).toBe(2);
  expect(log.read()).toMatchObject({ count: 499, connection: 'live', width: 8 });
});

test('a snapshot stays as it was until there is another one', () => {
  const log = createBuildLog();
  log.add(lines(1, 2));
  vi.runAllTimers();
  const before = log.read();
  log.add(lines(3, 3));
  expect(log.read()).toBe(before);
  vi.runAllTimers();
  expect(log.read()).not.toBe(before);
});

test('of a log without end the first rows are let go, and stages keep their place', () => {
  const log = createBuildLog({ limit: 10, drop: 4 });
  log.add(lines(1, 11));
  log.add([{ seq: 12, at, event: { kind: 'stage-started', stage: 'apt', title: 'Install' } }]);
  vi.runAllTimers();
  const { rows, begin, timeline } = log.read();
  expect(begin).toBe(4);
  expect(rows[0]?.text).toBe('line 5');
  expect(rows[(timeline.stages[0]?.row ?? 0) - begin]?.text).toBe('Install');
});

test('rows go before others come, and the end is told with the last of them', () => {
  const log = createBuildLog({ limit: 10, drop: 4 });
  const told: unknown[] = [];
  log.subscribe(() => {
    const { begin, count, connection } = log.read();
    told.push([begin, count, connection]);
  });
  log.setConnection('live');
  log.add(lines(1, 9));
  vi.runAllTimers();
  log.add(lines(10, 12));
  log.setConnection('over');
  vi.runAllTimers();
  expect(told).toEqual([
    [0, 9, 'live'],
    [4, 5, 'live'],
    [4, 8, 'over'],
  ]);
});

test('a colour goes on in the next line', () => {
  const log = createBuildLog();
  const red = { kind: 'log', stage: 'pip', line: '\u001b[31mred', stream: 'stderr' } as const;
  log.add([{ seq: 1, at, event: red }, ...lines(2, 2)]);
  vi.runAllTimers();
  expect(log.read().rows[1]?.before).toEqual({ color: 1 });
});

test('the word about a build that never ran has no number', () => {
  const log = createBuildLog();
  log.add([{ seq: 0, at, event: { kind: 'ended', state: 'cancelled' } }]);
  vi.runAllTimers();
  expect(log.read().timeline.hasEnded).toBe(true);
  expect(log.last).toBe(0);
});
