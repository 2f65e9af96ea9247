import { expect, test } from 'vitest';
import { findProgram, parseTools, readTools } from './tools.ts';

test('comments and blank lines are no tools', () => {
  const text =
    '# a list\n\ngit   git  build          reads registries\nskopeo skopeo registry,xz talks to registries\n';
  expect(parseTools(text)).toEqual([
    { name: 'git', package: 'git', neededBy: ['build'], why: 'reads registries' },
    { name: 'skopeo', package: 'skopeo', neededBy: ['registry', 'xz'], why: 'talks to registries' },
  ]);
});

test('the list of the launcher can be read', async () => {
  expect((await readTools()).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['git', 'buildah', 'mmdebstrap', 'mksquashfs', 'skopeo']),
  );
});

test('programs are found as a shell finds them', async () => {
  expect(await findProgram('sh', '/nowhere:/usr/bin:/bin')).toMatch(/\/sh$/);
  expect(await findProgram('no-such-program', '/usr/bin')).toBeUndefined();
});
