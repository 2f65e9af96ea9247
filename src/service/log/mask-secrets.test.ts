import { expect, test } from 'vitest';
import { createMask, maskDeep } from './mask-secrets.ts';

const mask = createMask(['s3cr+t/pässword', 'token', 'longer-secret', 'longer-secret-still']);

test.each([
  ['as it is', 'login s3cr+t/pässword now'],
  ['in a URL', `https://ada:${encodeURIComponent('s3cr+t/pässword')}@registry`],
  ['in base64', `auth: ${Buffer.from('s3cr+t/pässword').toString('base64')}`],
])('a secret %s is masked', (_form, line) => {
  const masked = mask(line);
  expect(masked).toContain('***');
  expect(masked).not.toMatch(/s3cr|czNjc/);
});

test('a secret that holds another one is masked as a whole', () => {
  expect(mask('longer-secret-still and longer-secret')).toBe('*** and ***');
});

test('what is too short to be a secret is left', () => {
  expect(mask('a token of thanks')).toBe('a token of thanks');
});

test('nothing is masked without secrets', () => {
  expect(createMask([])('text')).toBe('text');
});

test('texts in values are masked, other things kept', () => {
  const value = { line: 'longer-secret', list: ['longer-secret', 1], nothing: null, is: true };
  expect(maskDeep(value, mask)).toEqual({ line: '***', list: ['***', 1], nothing: null, is: true });
});
