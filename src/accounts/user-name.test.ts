import { expect, test } from 'vitest';
import { checkUserName, isUserName, toUserName } from './user-name.ts';

test.each(['ada', 'Ada.Lovelace', 'ada@example.org', 'a', 'svc_ci+1', '1st', 'x'.repeat(64)])(
  '%s is a name',
  (name) => {
    expect(isUserName(name)).toBe(true);
  },
);

test.each(['', '.ada', 'a:b', 'a b', 'a/b', 'a\0', 'a\n', 'ädä', 'x'.repeat(65), '../x', '\ud800'])(
  '%j is no name',
  (name) => {
    expect(isUserName(name)).toBe(false);
    expect(() => checkUserName(name)).toThrow(expect.objectContaining({ code: 'ACCOUNT_INVALID' }));
  },
);

test.each([
  [{ preferred_username: 'ada', email: 'other@example.org' }, 'ada'],
  [{ email: 'ada@example.org' }, 'ada@example.org'],
  [{ preferred_username: '', name: 'José García' }, 'Jose-Garcia'],
  [{ preferred_username: 'DOMAIN\\ada' }, 'DOMAIN-ada'],
  [{ preferred_username: 17, name: '  ada  ' }, 'ada'],
  [{ preferred_username: '名前' }, 's-1'],
  [{ preferred_username: `a${'x'.repeat(100)}` }, `a${'x'.repeat(63)}`],
])('%j is called %s', (claims, name) => {
  expect(toUserName({ sub: 's-1', ...claims }, 1)).toBe(name);
});

test('further names have a number, and are no longer than a name may be', () => {
  expect(toUserName({ sub: 's', preferred_username: 'ada' }, 3)).toBe('ada-3');
  const long = toUserName({ sub: 's', preferred_username: 'x'.repeat(80) }, 12);
  expect(long).toBe(`${'x'.repeat(61)}-12`);
  expect(isUserName(long)).toBe(true);
});

test('there is a name for everybody', () => {
  expect(toUserName({ sub: '名' }, 1)).toBe('user');
});
