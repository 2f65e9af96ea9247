import { expect, test } from 'vitest';
import { readReturnPath, toSignInPath } from './return-path.ts';

const read = (to: string) => readReturnPath(new URLSearchParams({ to }));

test('one comes back to the same page', () => {
  const place = { pathname: '/builds', search: '?state=failed&search=a%20b', hash: '#x' };
  const [, query = ''] = toSignInPath(place).split('?');
  expect(readReturnPath(new URLSearchParams(query))).toBe('/builds?state=failed&search=a%20b#x');
});

test('the home page needs no mention', () => {
  expect(toSignInPath({ pathname: '/', search: '', hash: '' })).toBe('/sign-in');
  expect(readReturnPath(new URLSearchParams())).toBe('/');
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  'builds',
  'javascript:alert(1)',
  '/\t/evil.example',
  '/./\\evil.example/..//x',
])('%s is no page to go to', (to) => {
  const path = read(to);
  expect(new URL(path, 'http://localhost').origin).toBe('http://localhost');
  expect(path).not.toMatch(/^\/[/\\]/);
});
