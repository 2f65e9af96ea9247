import { expect, test } from 'vitest';
import { toUserChange } from './user-change.ts';

const quota = { running: 4, queued: null, stored_bytes: 2_500_000_000 };
const user = { role: 'user', disabled: false, quota } as const;

test('a form in which nothing was changed changes nothing', () => {
  expect(toUserChange(user, { ...user, quota: { ...quota } })).toEqual({});
});

test('what was not touched is not given', () => {
  expect(toUserChange(user, { ...user, role: 'admin' })).toEqual({ role: 'admin' });
  expect(toUserChange({ ...user, disabled: true }, user)).toEqual({ disabled: false });
});

test('of the limits those are given that were changed, and null for one that was taken away', () => {
  const changed = { ...quota, running: null, queued: 0 };
  expect(toUserChange(user, { ...user, quota: changed })).toEqual({ quota: { running: null, queued: 0 } });
});

test('no more of a user is given than can be changed', () => {
  const known = { ...user, id: '1', name: 'ada' };
  expect(toUserChange(known, { ...user, disabled: true })).toEqual({ disabled: true });
});
