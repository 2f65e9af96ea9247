import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readLocalLabels } from './local-labels.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-labels-'));
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A program that prints its arguments into a file, and a text. */
async function fake(program: string, text: string, exitCode = 0): Promise<void> {
  const script = `#!/bin/sh\necho "$@" >>${folder}/calls\necho '${text}'\nexit ${exitCode}\n`;
  await writeFile(join(folder, program), script, { mode: 0o755 });
}

const settings = (labels: string) => `{"OCIv1": {"config": {"Labels": ${labels}}}}`;

test('Docker is asked first', async () => {
  await fake('docker', '{"a": "docker"}');
  await fake('buildah', settings('{"a": "buildah"}'));
  expect(await readLocalLabels('x', {}, {})).toEqual({ a: 'docker' });
});

test('buildah is asked where Docker has no such image or is not there', async () => {
  await fake('buildah', settings('{"a": "buildah"}'));
  expect(await readLocalLabels('x', {}, {})).toEqual({ a: 'buildah' });
  await fake('docker', '[]', 1);
  expect(await readLocalLabels('x', { root: '/store' }, {})).toEqual({ a: 'buildah' });
});

test('an image without labels has none; no image and no engine is no answer', async () => {
  await fake('buildah', settings('null'));
  expect(await readLocalLabels('x', {}, {})).toEqual({});
  await fake('buildah', 'no such image', 125);
  expect(await readLocalLabels('x', {}, {})).toBeUndefined();
});

test('a name that an engine would take for an option is no image', async () => {
  await fake('docker', '{"a": "docker"}');
  expect(await readLocalLabels('--help', {}, {})).toBeUndefined();
});
