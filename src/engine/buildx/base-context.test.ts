import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import type { EngineOptions } from '../options.ts';
import { findBaseContext, findManifest } from './base-context.ts';

const digest = digestOf('base');
const bootstrapped = { base: { kind: 'bootstrap', suite: 'bookworm' }, digest } as const;
/** Stands for a client whose store has no image. */
const docker = 'false';
let engine: EngineOptions;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cic-base-'));
  engine = { cacheDirectory: folder, workDirectory: folder, emulation: false, secrets: {} };
});

afterAll(() => rm(engine.cacheDirectory, { recursive: true }));

test.each([
  ['debian:12', 'docker-image://debian'],
  ['registry.example.org:5000/a/b', 'docker-image://registry.example.org:5000/a/b'],
  ['registry.example.org:5000/a/b:1', 'docker-image://registry.example.org:5000/a/b'],
  [`debian:12@sha256:${'0'.repeat(64)}`, 'docker-image://debian'],
])('the image %s is taken by its digest', async (reference, name) => {
  const context = await findBaseContext(
    { base: { kind: 'reference', reference }, digest },
    { docker, engine },
  );
  expect(context).toBe(`${name}@${digest}`);
});

test('a bootstrapped base is found by its digest', async () => {
  const layout = join(engine.cacheDirectory, 'bases', 'bookworm-amd64-0123');
  await mkdir(layout, { recursive: true });
  const index = { schemaVersion: 2, manifests: [{ digest }] };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(`${layout}.lock`, '1');
  expect(await findBaseContext(bootstrapped, { docker, engine })).toBe(`oci-layout://${layout}@${digest}`);
});

test('a base that is gone is an error', async () => {
  const gone = { ...bootstrapped, digest: digestOf('another') };
  await expect(findBaseContext(gone, { docker, engine })).rejects.toMatchObject({
    code: 'ENGINE_BASE_UNAVAILABLE',
  });
});

test("of an index the platform's own image is taken, not another system's of the same architecture", () => {
  const entry = (os: string, architecture: string) => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(os + architecture),
    size: 1,
    platform: { os, architecture },
  });
  const manifests = [entry('windows', 'amd64'), entry('linux', 'arm64'), entry('linux', 'amd64')];
  expect(findManifest(manifests, { os: 'linux', architecture: 'amd64' })).toBe(manifests[2]);
  expect(findManifest(manifests, { os: 'linux', architecture: 'ppc64le' })).toBeUndefined();
});
