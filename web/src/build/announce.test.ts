import { expect, test } from 'vitest';
import { announce } from './announce.ts';
import { addToTimeline, emptyTimeline } from './timeline.ts';

const building = addToTimeline(
  emptyTimeline,
  {
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    event: { kind: 'stage-started', stage: 'apt', title: 'Install 9' },
  },
  0,
);

test('the stage is said, not how far it is', () => {
  const text = announce({ state: 'running', failure: null }, building);
  expect(text).toBe('Stage: apt packages');
  const progress = { kind: 'progress', stage: 'apt', current: 3, total: 9, unit: 'packages' } as const;
  const further = addToTimeline(building, { seq: 2, at: '2026-01-01T00:00:01.000Z', event: progress }, 1);
  expect(announce({ state: 'running', failure: null }, further)).toBe(text);
});

test('waiting and the end are said, with the reason', () => {
  expect(announce({ state: 'queued', failure: null }, emptyTimeline)).toBe('The build waits in the queue');
  expect(announce({ state: 'succeeded', failure: null }, building)).toBe('The build has ended: Succeeded');
  const failure = { code: 'ENGINE_BUILD_FAILED', message: 'pip failed' } as const;
  expect(announce({ state: 'failed', failure }, building)).toBe('Failed: pip failed');
});
