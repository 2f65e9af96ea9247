import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { describeError, fieldProblems } from './describe-error.ts';

test('what the service says is shown with its hint and the number of the request', () => {
  const error = new AppError('QUOTA_EXCEEDED', 'you have 50 builds that wait', {
    hint: 'wait for some',
    details: { status: 429, requestId: 'r-1' },
  });
  expect(describeError(error)).toMatchObject({
    message: 'you have 50 builds that wait',
    hint: 'wait for some',
    code: 'QUOTA_EXCEEDED',
    requestId: 'r-1',
  });
});

test('a lost connection is told in words for readers of pages', () => {
  const error = new AppError('SERVICE_UNREACHABLE', 'fetch failed', { hint: 'use --ca' });
  expect(describeError(error).hint).toContain('by itself');
  expect(describeError(error, { isAskedAgain: false }).hint).toContain('try again');
});

test('a fault of the page itself says its message', () => {
  expect(describeError(new TypeError('x is undefined'))).toMatchObject({ message: 'x is undefined' });
  expect(describeError('odd').message).toBe('odd');
});

test('the first problem of each field is kept, with its hint', () => {
  const problems = [
    { severity: 'error', field: 'machine.architecture', message: 'is unknown', hint: 'did you mean "rome"?' },
    { severity: 'error', field: 'machine.architecture', message: 'second' },
    { severity: 'error', message: 'of no field' },
  ];
  const error = new AppError('REQUEST_INVALID', 'bad', { details: { problems } });
  expect(fieldProblems(error)).toEqual({ 'machine.architecture': 'is unknown (did you mean "rome"?)' });
  expect(fieldProblems(new Error('x'))).toEqual({});
});
