import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listKeptImages, parseBuildahImages, parseDockerImages } from './kept-images.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-kept-'));
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const docker = [
  { ID: 'sha256:a', Repository: 'localhost/cic/base', Tag: 'a', Size: '2.01GB' },
  { ID: 'sha256:b', Repository: 'localhost/cic/base', Tag: 'b', Size: '180kB' },
  { ID: 'sha256:a', Repository: 'localhost/cic/toolchain', Tag: '1', Size: '2.01GB' },
]
  .map((image) => JSON.stringify({ ...image, CreatedAt: '2026-11-26 12:48:42 +0000 UTC' }))
  .join('\n');

const buildah = JSON.stringify([
  {
    names: ['localhost/other:latest', 'localhost/cic/base:c'],
    size: '895 MB',
    createdatraw: '2026-11-26T09:12:45.274144321Z',
  },
]);

test('an image with several names is one, with its size and its age', () => {
  const created = '2026-11-26T12:48:42.000Z';
  expect(parseDockerImages(docker)).toEqual([
    { names: ['localhost/cic/base:a', 'localhost/cic/toolchain:1'], sizeBytes: 2_010_000_000, created },
    { names: ['localhost/cic/base:b'], sizeBytes: 180_000, created },
  ]);
  expect(parseBuildahImages(buildah)).toEqual([
    { names: ['localhost/cic/base:c'], sizeBytes: 895_000_000, created: '2026-11-26T09:12:45.274Z' },
  ]);
  expect([parseDockerImages('\n'), parseBuildahImages('null\n'), parseBuildahImages('')]).toEqual([
    [],
    [],
    [],
  ]);
});

test('the stores of both engines are looked through; one that is not there has no entry', async () => {
  const script = `#!/bin/sh\necho "$@" >>${folder}/calls\ncat <<'END'\n${buildah}\nEND\n`;
  await writeFile(join(folder, 'buildah'), script, { mode: 0o755 });
  await writeFile(join(folder, 'docker'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const kept = await listKeptImages({ root: '/store' }, {});
  expect(Object.keys(kept)).toEqual(['buildah']);
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(
    '--root /store images --json --filter=reference=localhost/cic/*\n',
  );
});
