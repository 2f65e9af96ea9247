import { expect, test } from 'vitest';
import { readLogExcerpt } from './build-log.ts';

test('numbered lines lose their numbers but not their indentation, and are joined where they were wrapped', () => {
  const excerpt = readLogExcerpt([
    '2 errors found in build log:',
    '     98      if (x) {',
    '  >> 99      y.c:3:5: error: a message that is too lo',
    '           ng for one line and even for tw',
    '           o lines',
    '     100       indented more',
    '     101',
    '',
    '     ...',
    '',
    '  >> 7     make: *** [all] Error 1',
    '',
    'See build log for details:',
    '  /tmp/stage/spack-build-out.txt',
  ]);
  expect(excerpt.lines).toEqual([
    '  if (x) {',
    '  y.c:3:5: error: a message that is too long for one line and even for two lines',
    '    indented more',
    '',
    'make: *** [all] Error 1',
  ]);
  expect(excerpt.errors).toHaveLength(2);
});

test('lines below a heading are read up to the next message', () => {
  const excerpt = readLogExcerpt([
    '-- lines 1 to 2 --',
    '  cc -c y.c',
    '> y.c:3:5: error: no',
    '-- lines 8 to 8 --',
    '    indented',
    '==> Error: The following packages failed to install:',
    '  no part of it',
  ]);
  expect(excerpt).toEqual({
    errors: ['y.c:3:5: error: no'],
    lines: ['cc -c y.c', 'y.c:3:5: error: no', '  indented'],
  });
});

test('a text without an excerpt has none', () => {
  expect(readLogExcerpt(['==> Error: x', '    123 apples'])).toEqual({ errors: [], lines: [] });
});
