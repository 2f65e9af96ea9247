import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import type { Artifact, ArtifactKey } from './artifact.ts';
import { createDiskArtifactIndex } from './disk-index.ts';

let folder: string;
let key: ArtifactKey;
let artifact: Artifact;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-artifact-'));
  const path = join(folder, 'x.sif');
  await writeFile(path, 'sif');
  key = { imageId: digestOf('image'), settings: { compression: 'zstd' }, path };
  artifact = { path, sha256: 'ab', sizeBytes: 3, manifestDigest: digestOf('manifest') };
});

afterEach(() => rm(folder, { recursive: true }));

const openIndex = () => createDiskArtifactIndex(join(folder, 'index'));

test('a published file is found again by a later process', async () => {
  await openIndex().record(key, artifact);
  expect(await openIndex().find(key)).toEqual(artifact);
});

test('other settings mean another file', async () => {
  await openIndex().record(key, artifact);
  expect(await openIndex().find({ ...key, settings: { compression: 'gzip' } })).toBeUndefined();
});

test('a file that was written to since is not taken for the published one', async () => {
  await openIndex().record(key, artifact);
  await utimes(artifact.path, 1, 1);
  expect(await openIndex().find(key)).toBeUndefined();
});

test('a file that was removed is not found', async () => {
  await openIndex().record(key, artifact);
  await rm(artifact.path);
  expect(await openIndex().find(key)).toBeUndefined();
});
