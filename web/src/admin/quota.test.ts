import { expect, test } from 'vitest';
import { describeQuota, readQuotaFields, toQuotaFields } from './quota.ts';

const none = { running: null, queued: null, stored_bytes: null };
const some = { running: 4, queued: 0, stored_bytes: 2_500_000_000 };

test('limits are told in words, and none as none', () => {
  expect(describeQuota(some)).toBe('4 running, 0 waiting, 2.5 GB');
  expect(describeQuota(none)).toBe('–');
});

test('a form gives back what it was given', () => {
  expect(readQuotaFields(toQuotaFields(some))).toEqual(some);
  expect(readQuotaFields(toQuotaFields(none))).toEqual(none);
});

test('a field that was emptied takes the limit away', () => {
  expect(readQuotaFields({ ...toQuotaFields(some), running: '' })).toEqual({ ...some, running: null });
});
