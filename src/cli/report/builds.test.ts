import { expect, test } from 'vitest';
import { plainPaint } from '../paint.ts';
import { type RemoteBuild, toBuildError } from '../remote/builds.ts';
import { formatBuild, formatBuilds, formatState } from './builds.ts';

const build: RemoteBuild = {
  id: '06745d8b-cac2-446b-9cea-95083fc48202',
  kind: 'image',
  state: 'running',
  phase: 'converting',
  workflow: 'minimal_workflow',
  step: 'wordcount',
  version: 'latest',
  machine: 'rome',
  owners: ['ada'],
  attempt: 1,
  created_at: '2026-11-26T12:00:00.000Z',
  started_at: '2026-11-26T12:00:01.000Z',
  finished_at: null,
  cancel_requested: false,
  failure: null,
  image: null,
  digest: null,
  recipe_digest: null,
  sif: null,
  timings_ms: null,
};
const now = new Date('2026-11-26T12:01:06Z');

const failed: RemoteBuild = {
  ...build,
  state: 'failed',
  phase: null,
  finished_at: '2026-11-26T12:00:05.000Z',
  failure: { code: 'STEP_NOT_FOUND', message: 'no folder "x"\nit has y', hint: 'did you mean "y"?' },
};

test('a running build is what it is at', () => {
  expect(formatState(build)).toBe('converting');
  expect(formatState({ ...build, cancel_requested: true })).toBe('stopping');
  expect(formatState({ ...build, state: 'timed_out', phase: null })).toBe('timed out');
});

test('a list has a line for each build', () => {
  const [head = '', first = '', second = ''] = formatBuilds(
    [build, { ...failed, kind: 'plan' }],
    now,
    plainPaint,
  ).split('\n');
  expect(head).toMatch(/^ID +STATE +WORKFLOW\/STEP/);
  expect(first).toMatch(/^06745d8b-\S+ {2}converting +minimal_workflow\/wordcount +latest +rome .* 65\.0 s$/);
  expect(second).toMatch(/failed \(plan\).* 4\.0 s$/);
});

test('a failed build says why, and what to do', () => {
  const text = formatBuild(failed, now, plainPaint);
  expect(text).toContain('✗ failed');
  expect(text).toContain('  │ no folder "x"\n  │ it has y\n  → did you mean "y"?');
});

test('how a build failed is the error of a command that waited for it', () => {
  expect(toBuildError(failed)).toMatchObject({ code: 'STEP_NOT_FOUND', hint: 'did you mean "y"?' });
  expect(toBuildError({ ...build, state: 'succeeded' })).toBeUndefined();
  const fault = { code: 'INTERNAL_ERROR' as const, message: 'a fault' };
  expect(toBuildError({ ...failed, failure: fault })?.code).toBe('SERVICE_FAILED');
});
