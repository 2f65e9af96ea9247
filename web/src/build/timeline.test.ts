import { expect, test } from 'vitest';
import type { LogEntry } from '../../../src/client/follow-build.ts';
import { addToTimeline, currentStage, emptyTimeline, stageBegin, stageMs } from './timeline.ts';

type Event = LogEntry['event'];
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

/** Each event comes a second after the one before, and writes one row. */
function follow(...events: Event[]) {
  return events.reduce(
    (timeline, event, index) => addToTimeline(timeline, { seq: index + 1, at: at(index), event }, index),
    emptyTimeline,
  );
}

const started = (stage: 'apt' | 'finish' | 'spack'): Event => ({
  kind: 'stage-started',
  stage,
  title: `run ${stage}`,
});
const finished = (stage: 'apt' | 'finish', outcome: 'done' | 'failed' = 'done'): Event => ({
  kind: 'stage-finished',
  stage,
  outcome,
});

test('a stage that goes on is current, and has no end', () => {
  const timeline = follow({ kind: 'attempt-started', attempt: 1 }, started('apt'));
  expect(timeline.stages).toMatchObject([{ id: 'apt', title: 'run apt', state: 'running', row: 1 }]);
  expect(currentStage(timeline)?.id).toBe('apt');
});

test('a stage that comes twice is one, with the sum of its times and its first place', () => {
  const timeline = follow(started('finish'), finished('finish'), started('apt'), started('finish'));
  expect(timeline.stages.map(({ id }) => id)).toEqual(['finish', 'apt']);
  const [finish] = timeline.stages;
  if (finish === undefined) throw new Error('no stage');
  expect(finish).toMatchObject({ state: 'running', row: 0 });
  expect(stageMs(finish, at(5))).toBe(3_000);
  expect(stageBegin(finish)).toBe(at(2));
});

test('progress and the cache belong to their stage', () => {
  const progress = { current: 3, total: 12, unit: 'packages', item: 'hdf5@1.14 build' } as const;
  const timeline = follow(
    started('spack'),
    started('apt'),
    { kind: 'progress', stage: 'spack', ...progress },
    {
      kind: 'stage-cached',
      stage: 'apt',
    },
  );
  expect(timeline.stages).toMatchObject([
    { id: 'spack', progress, isCached: false },
    { id: 'apt', progress: null, isCached: true },
  ]);
});

test('what ended in the middle of a stage has stopped it, and what failed stays failed', () => {
  const timeline = follow(started('apt'), finished('apt', 'failed'), started('finish'), {
    kind: 'ended',
    state: 'cancelled',
  });
  expect(timeline.stages.map(({ state }) => state)).toEqual(['failed', 'cancelled']);
  expect(timeline.hasEnded).toBe(true);
  expect(currentStage(timeline)).toBeUndefined();
});

test('another attempt begins anew', () => {
  const timeline = follow(started('apt'), { kind: 'attempt-started', attempt: 2 });
  expect(timeline).toEqual({ attempt: 2, stages: [], hasEnded: false });
});

test('lines of programs change nothing', () => {
  const timeline = follow(started('apt'));
  const line = { kind: 'log', stage: 'apt', line: 'x', stream: 'stdout' } as const;
  expect(addToTimeline(timeline, { seq: 9, at: at(9), event: line }, 9)).toBe(timeline);
});
