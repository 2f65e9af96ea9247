import { expect, test } from 'vitest';
import { explainUnreadable } from './unreadable.ts';

test.each([
  ['ENOENT', 'a.json does not exist'],
  ['EACCES', 'a.json may not be read'],
  ['EISDIR', 'a.json is a folder'],
  ['ENOTDIR', 'a.json does not exist: what should be a folder is a file'],
  ['EIO', 'a.json cannot be read: EIO: i/o error'],
])('a path that cannot be read is told without words of the system: %s', (code, told) => {
  const cause = Object.assign(new Error(`${code}: i/o error`), { code });
  expect(explainUnreadable('a.json', cause)).toBe(told);
});
