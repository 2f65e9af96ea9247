import { expect, test } from 'vitest';
import { hasFilters, readFilters, statusChoices, toBuildsQuery, writeFilters } from './filters.ts';

const read = (query: string) => readFilters(new URLSearchParams(query));

test('an address keeps its filters, and loses the place in the list', () => {
  const query = 'status=failed&workflow=w&machine=rome&user=ada&search=a+b';
  expect(writeFilters(read(`${query}&cursor=abc`)).toString()).toBe(query);
});

test('what is empty or unknown is no filter', () => {
  expect(hasFilters(read('status=&search=+&odd=1'))).toBe(false);
  expect(read('status=exploded').status).toBe('');
  expect(toBuildsQuery(read(''))).toEqual({});
});

test('builds that have not ended are two states', () => {
  expect(toBuildsQuery(read('status=active')).state).toEqual(['queued', 'running']);
  expect(toBuildsQuery(read('status=timed_out')).state).toEqual(['timed_out']);
});

test('one user is asked for by name, everybody as that', () => {
  expect(toBuildsQuery(read('user=ada'))).toEqual({ user: 'ada' });
  expect(toBuildsQuery(read('user=*'))).toEqual({ owner: 'all' });
});

test('every state can be chosen', () => {
  expect(statusChoices.map(({ value }) => value)).toEqual([
    'active',
    'queued',
    'running',
    'succeeded',
    'failed',
    'cancelled',
    'timed_out',
  ]);
});
