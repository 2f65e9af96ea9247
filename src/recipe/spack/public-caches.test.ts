import { expect, test } from 'vitest';
import { makeSpackInput, publicKey } from '../recipe.fixture.ts';
import { planMirrorContexts, planSpackMounts } from './mounts.ts';
import { planKeyFiles, planPublicCacheCheck } from './public-caches.ts';
import type { PublicCache, SpackTools } from './spack-tools.ts';

const withCaches = (...publicCaches: PublicCache[]): SpackTools => ({
  ...makeSpackInput().tools,
  mirrors: [{ kind: 'folder', folder: '/srv/mirror' }],
  publicCaches,
});

test('a folder is mounted for reading, an address is not', () => {
  const tools = withCaches(
    { kind: 'url', url: 'https://cache.example.org', keys: [] },
    { kind: 'folder', folder: '/srv/others', keys: [] },
  );
  expect(planMirrorContexts(tools)).toEqual({
    'cic-mirror-0': '/srv/mirror',
    'cic-public-cache-1': '/srv/others',
  });
  expect(planSpackMounts(tools).at(-1)).toEqual({
    type: 'bind',
    from: 'cic-public-cache-1',
    target: '/opt/cic/public-caches/1',
  });
});

test('a key that several caches name is there once', () => {
  const cache = { kind: 'url', url: 'https://cache.example.org', keys: [publicKey] } as const;
  expect(planKeyFiles(withCaches(cache, cache), 'spack-site')).toEqual([
    { path: 'spack-site/keys/0.asc', content: publicKey },
  ]);
});

test('caches are looked at before Spack reads them, where there are some', () => {
  expect(planPublicCacheCheck(withCaches())).toEqual([]);
  const tools = withCaches({ kind: 'folder', folder: '/srv/others', keys: [] });
  expect(planPublicCacheCheck(tools)).toEqual([
    '/opt/spack/bin/spack -C /opt/cic/config -C /opt/cic/site -e /opt/spack-environment python /opt/cic/scripts/spack-public-caches.py /opt/cic/site',
  ]);
});
