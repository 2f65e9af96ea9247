import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Platform } from '../oci/platform.ts';
import { readHostSources } from './base/host-sources.ts';
import { createBuildah } from './buildah/buildah.ts';
import { fresh, linesOf, makeRecipe, observeBuild, testCacheDirectory } from './engine.fixture.ts';

const ppc64le: Platform = { os: 'linux', architecture: 'ppc64le' };

/** Mirrors are slow to follow the security suite of rare platforms: the suite itself is enough here. */
async function createEngine() {
  const sources = await readHostSources('bookworm');
  const own = sources.filter(({ suites }) => suites.includes('bookworm'));
  return createBuildah({
    root: join(testCacheDirectory, 'buildah'),
    runroot: join(testCacheDirectory, 'buildah-run'),
    cacheDirectory: testCacheDirectory,
    workDirectory: join(testCacheDirectory, 'buildah-work'),
    isolation: 'chroot',
    network: 'host',
    emulation: true,
    secrets: {},
    sources: own.map((source) => ({ ...source, suites: ['bookworm'] })),
  });
}

test('an image for ppc64le is made and built through QEMU, with a warning', async () => {
  const engine = await createEngine();
  const base = await engine.resolveBase({ kind: 'bootstrap', suite: 'bookworm' }, ppc64le);
  const recipe = makeRecipe(base, { platform: ppc64le, instructions: [['post-install', fresh('uname -m')]] });
  const { events } = await observeBuild(engine, recipe);
  expect(linesOf(events, 'post-install')).toEqual(['ppc64le']);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'warning', message: expect.stringContaining('emulated by QEMU') }),
  );
});
