import { expect, test } from 'vitest';
import { isWithin, navigationItems } from './navigation-items.ts';

test.each([
  ['/', 'Home'],
  ['/builds', 'Builds'],
  ['/builds/06745d8b', 'Builds'],
  ['/new', 'New build'],
  ['/admin/users', 'Admin'],
])('%s belongs to %s alone', (pathname, label) => {
  const found = navigationItems.filter(({ to }) => isWithin(pathname, to));
  expect(found.map((item) => item.label)).toEqual([label]);
});

test('a page that only begins alike belongs to nothing', () => {
  expect(isWithin('/buildsmith', '/builds')).toBe(false);
});
