import { expect, test } from 'vitest';
import type { LogEntry } from '../../../../src/client/follow-build.ts';
import { toRows } from './rows.ts';

const at = '2026-01-01T00:00:00.000Z';
const textsOf = (event: LogEntry['event']) =>
  toRows({ seq: 1, at, event }).map(({ kind, text }) => [kind, text]);

test('a line keeps its stage and its time', () => {
  const event = { kind: 'log', stage: 'pip', line: 'Collecting rocrate', stream: 'stdout' } as const;
  expect(toRows({ seq: 7, at, event })).toEqual([
    { text: 'Collecting rocrate', kind: 'line', stage: 'pip', at },
  ]);
});

test('the end says why, line by line', () => {
  const failure = {
    code: 'ENGINE_BUILD_FAILED',
    message: 'pip failed\nas it said',
    hint: 'look above',
  } as const;
  expect(textsOf({ kind: 'ended', state: 'failed', failure })).toEqual([
    ['failure', 'failed: pip failed'],
    ['failure', 'as it said'],
    ['failure', 'look above'],
  ]);
  expect(textsOf({ kind: 'ended', state: 'timed_out' })).toEqual([['end', 'timed out']]);
});

test('a first attempt and progress write nothing, a second attempt says what it is', () => {
  expect(textsOf({ kind: 'attempt-started', attempt: 1 })).toEqual([]);
  expect(textsOf({ kind: 'progress', stage: 'spack', current: 1, unit: 'packages' })).toEqual([]);
  expect(textsOf({ kind: 'attempt-started', attempt: 2 })).toEqual([
    ['stage', 'attempt 2: the service was interrupted'],
  ]);
});

test('titles, the cache and warnings are told apart', () => {
  expect(textsOf({ kind: 'stage-started', stage: 'apt', title: 'Install' })).toEqual([['stage', 'Install']]);
  expect(textsOf({ kind: 'stage-cached', stage: 'apt' })).toEqual([['note', 'from the cache']]);
  expect(textsOf({ kind: 'warning', message: 'old', hint: 'renew' })).toEqual([
    ['warning', 'warning: old (renew)'],
  ]);
});
