import { expect, test } from 'vitest';
import { isConnectionLost } from './connection-lost.ts';

const error = (fields: object, message = 'x') => Object.assign(new Error(message), fields);

test.each([
  ['a refused connection', error({ code: 'ECONNREFUSED' })],
  ['a missing socket', error({ code: 'ENOENT', syscall: 'connect' })],
  ['a server that starts', error({ code: '57P03' })],
  ['a server that crashed', error({ code: '57P02' })],
  ['a broken connection', error({}, 'Connection terminated unexpectedly')],
  ['one of these as a cause', new Error('Failed query', { cause: error({ code: '08006' }) })],
])('%s is a lost connection', (_what, lost) => {
  expect(isConnectionLost(lost)).toBe(true);
});

test.each([
  ['a missing file', error({ code: 'ENOENT', syscall: 'open' })],
  ['a wrong password', error({ code: '28P01' })],
  ['a fault in a statement', error({ code: '42601' })],
  ['a statement that was cancelled', error({ code: '57014' })],
  ['what is no error', 'ECONNREFUSED'],
])('%s is none', (_what, other) => {
  expect(isConnectionLost(other)).toBe(false);
});
