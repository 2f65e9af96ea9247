import { expect, test } from 'vitest';
import { AppError } from '../errors/app-error.ts';
import { type StopReason, toOutcome } from './stop-reason.ts';

const mask = (text: string) => text.replaceAll('secret', '***');
const cancelled = new AppError('CANCELLED', 'buildah was stopped');

test.each<[StopReason, object | undefined]>([
  [
    { kind: 'cancelled' },
    { state: 'cancelled', failure: { code: 'CANCELLED', message: 'cancelled by a user' } },
  ],
  [
    { kind: 'too-long', limitMs: 43_200_000 },
    { state: 'timed_out', failure: { message: 'the build took longer than 720 minutes' } },
  ],
  [
    { kind: 'silent', limitMs: 90_000 },
    { state: 'timed_out', failure: { message: 'the build said nothing for 90 s' } },
  ],
  [{ kind: 'shutdown' }, undefined],
  [{ kind: 'lost' }, undefined],
])('a build that was stopped (%o) ends so', (reason, outcome) => {
  if (outcome === undefined) expect(toOutcome(cancelled, reason, mask)).toBeUndefined();
  else expect(toOutcome(cancelled, reason, mask)).toMatchObject(outcome);
});

test('an error that came before the stop is what the user sees', () => {
  const error = new AppError('ENGINE_BUILD_FAILED', 'no secret here', { hint: 'the secret is out' });
  expect(toOutcome(error, { kind: 'shutdown' }, mask)).toEqual({
    state: 'failed',
    failure: { code: 'ENGINE_BUILD_FAILED', message: 'no *** here', hint: 'the *** is out' },
  });
});

test('a cancel of the pipeline that nobody asked for is a failure', () => {
  expect(toOutcome(cancelled, undefined, mask)).toMatchObject({
    state: 'failed',
    failure: { code: 'CANCELLED' },
  });
});

test.each([new TypeError('x is undefined'), 'text', new AppError('INTERNAL_ERROR', 'x')])(
  'a fault of CIC itself says nothing of its insides (%o)',
  (error) => {
    expect(toOutcome(error, undefined, mask)).toEqual({
      state: 'failed',
      failure: {
        code: 'INTERNAL_ERROR',
        message: 'CIC met a fault of its own',
        hint: 'ask the operator; its log has the cause',
      },
    });
  },
);

test('what the failing program said last is told, masked', () => {
  const lastLines = ['1', '2', '3', '4', 'line 5 of secret', 'pip: not found'];
  const error = new AppError('ENGINE_BUILD_FAILED', 'post_inst.sh failed', { details: { lastLines } });
  expect(toOutcome(error, undefined, mask)).toMatchObject({
    failure: { message: 'post_inst.sh failed\n2\n3\n4\nline 5 of ***\npip: not found' },
  });
});
