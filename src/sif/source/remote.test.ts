import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quoteForShell } from '../../shell/quote.ts';
import { encodeTar, makeFile, makeLayout, writeFiles } from '../image.fixture.ts';
import { openImageSource } from './open-source.ts';
import { planCopy } from './remote.ts';

let folder: string;
const path = process.env['PATH'];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-remote-'));
  await mkdir(join(folder, 'bin'));
  process.env['PATH'] = `${join(folder, 'bin')}:/usr/bin:/bin`;
});
afterEach(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true, force: true });
});

/** Puts a shell script in the place of a program. */
async function fake(program: string, script: string): Promise<void> {
  const file = join(folder, 'bin', program);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const layout = makeLayout({ layers: [encodeTar([makeFile('a', 'x')])] });
const workDirectory = () => join(folder, 'work');
const fatal = (message: string) => `echo 'time="x" level=fatal msg="${message}"' >&2; exit 1`;

test('the copy keeps layers as they are and takes the wanted platform', () => {
  const { file, args } = planCopy('docker://x', '/w/layout', {
    folder: '/w',
    platform: { os: 'linux', architecture: 'arm64' },
  });
  expect([file, ...args].join(' ')).toBe(
    'skopeo --override-os linux --override-arch arm64 --tmpdir /w copy --quiet --retry-times=3 ' +
      '--dest-oci-accept-uncompressed-layers docker://x oci:/w/layout',
  );
});

test('an image of a registry is copied, and removed when it is closed', async () => {
  const stored = await writeFiles(join(folder, 'stored'), layout);
  await fake('skopeo', `for last; do :; done; cp -R ${quoteForShell(stored)} "\${last#oci:}"`);
  const source = await openImageSource('docker://example.org/x:1', { workDirectory: workDirectory() });
  expect(source.layers).toHaveLength(1);
  expect(await readdir(workDirectory())).toHaveLength(1);
  await source.close();
  expect(await readdir(workDirectory())).toEqual([]);
});

test('an image that is not for this platform says for which it is', async () => {
  const entry = (os: string, architecture: string) => ({
    digest: `sha256:${'0'.repeat(64)}`,
    size: 1,
    platform: { os, architecture },
  });
  const index = JSON.stringify({ manifests: [entry('linux', 's390x'), entry('windows', 'amd64')] });
  const message = 'choosing image: no image found in manifest list for architecture amd64';
  await fake('skopeo', `case "$*" in *inspect*) echo ${quoteForShell(index)};; *) ${fatal(message)};; esac`);
  await expect(openImageSource('docker://x', { workDirectory: workDirectory() })).rejects.toMatchObject({
    code: 'SIF_SOURCE_INVALID',
    message: expect.stringContaining('only for linux/s390x, windows/amd64'),
  });
});

test.each([
  { message: 'unauthorized: authentication required', hint: 'skopeo login' },
  { message: 'x509: certificate signed by unknown authority', hint: 'certificate authority' },
  { message: 'server gave HTTP response to HTTPS client', hint: 'plain HTTP' },
  { message: 'connection refused', hint: 'reachable' },
])('"$message" is explained, and nothing stays', async ({ message, hint }) => {
  await fake('skopeo', `mkdir -p ${quoteForShell(workDirectory())}/source-x; ${fatal(message)}`);
  await expect(openImageSource('docker://x', { workDirectory: workDirectory() })).rejects.toMatchObject({
    code: 'SIF_SOURCE_UNAVAILABLE',
    message: `x could not be read: ${message}`.replace('x', 'docker://x'),
    hint: expect.stringContaining(hint),
  });
  expect(await readdir(workDirectory())).toEqual(['source-x']);
});

test.each(['docker://x', 'docker-daemon:x'])('a cancelled copy of %s leaves nothing', async (name) => {
  await fake('skopeo', 'sleep 60');
  await fake('docker', 'sleep 60');
  const opening = openImageSource(name, {
    workDirectory: workDirectory(),
    signal: AbortSignal.timeout(200),
  });
  await expect(opening).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await readdir(workDirectory())).toEqual([]);
});

test('an image that Docker does not have is named', async () => {
  await fake('docker', 'echo "Error response from daemon: No such image: x:latest" >&2; exit 1');
  await expect(openImageSource('docker-daemon:x', { workDirectory: workDirectory() })).rejects.toMatchObject({
    code: 'SIF_SOURCE_UNAVAILABLE',
    message: expect.stringContaining('No such image: x:latest'),
  });
});

test('what a killed process left is removed', async () => {
  await mkdir(join(workDirectory(), 'source-999999999-abc'), { recursive: true });
  await fake('skopeo', fatal('x'));
  await expect(openImageSource('docker://x', { workDirectory: workDirectory() })).rejects.toThrow();
  expect(await readdir(workDirectory())).toEqual([]);
});
