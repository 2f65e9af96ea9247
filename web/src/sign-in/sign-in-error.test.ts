import { expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { explainSignIn } from './sign-in-error.ts';

test('a wrong password says that, and no code', () => {
  expect(explainSignIn(new AppError('AUTH_INVALID', 'the credential is not valid'))).toBe(
    'The name or the password is wrong.',
  );
});

test('what the service says of an account is told with its hint', () => {
  const error = new AppError('ACCOUNT_INVALID', 'the password has 4 characters', { hint: 'use 12 or more' });
  expect(explainSignIn(error)).toBe('the password has 4 characters: use 12 or more');
});

test('other faults say what they are', () => {
  expect(explainSignIn(new TypeError('odd'))).toBe('odd');
});
