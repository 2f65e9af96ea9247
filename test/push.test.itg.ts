import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RegistryAccess } from '../src/registry/access.ts';
import { isPushed } from '../src/registry/is-pushed.ts';
import { pushLayout } from '../src/registry/push.ts';
import { pushSif } from '../src/registry/push-sif.ts';
import { encodeTar, makeFile, makeLayout, writeFiles } from '../src/sif/image.fixture.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
let folder: string;
let access: RegistryAccess;

beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'cic-push-test-'));
  access = { caBundle: registry.caBundle, credentialsFile: registry.credentials };
});

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function makeImage(text: string): Promise<string> {
  const layer = encodeTar([makeFile('a', text)]);
  return writeFiles(await mkdtemp(join(folder, 'image-')), makeLayout({ layers: [layer] }));
}

async function makeSif(bytes: Buffer) {
  const path = join(folder, `${bytes.length}.sif`);
  await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sizeBytes: bytes.length, sha256, filename: 'x.sif' };
}

test('an image has its name when the registry has all of it, and is not pushed twice', async () => {
  const layout = await makeImage('once');
  const lines: string[] = [];
  const push = (tag: string) =>
    pushLayout(layout, `${registry.host}/team/once:${tag}`, { access, onLine: (line) => lines.push(line) });
  const digest = await push('1');
  expect((await registry.inspect('team/once:1')).Digest).toBe(digest);
  expect(lines.join('\n')).not.toContain('has');
  lines.length = 0;
  expect(await push('2')).toBe(digest);
  expect(lines).toContain(`the registry has ${digest} already`);
  expect((await registry.inspect('team/once:2')).Digest).toBe(digest);
});

test('the registry tells what a name stands for', async () => {
  const reference = `${registry.host}/team/asked:1`;
  const digest = await pushLayout(await makeImage('asked'), reference, { access });
  expect(await isPushed(reference, digest, { access })).toBe(true);
  expect(await isPushed(reference, `sha256:${'0'.repeat(64)}`, { access })).toBe(false);
  expect(await isPushed(`${registry.host}/team/asked:2`, digest, { access })).toBe(false);
  const wrong = { caBundle: registry.caBundle, credentials: { user: 'cic', password: 'wrong' } };
  await expect(isPushed(reference, digest, { access: wrong })).rejects.toMatchObject({
    code: 'REGISTRY_PUSH_FAILED',
  });
});

test('credentials may come from the environment instead of a file', async () => {
  const credentials = { user: 'cic', password: registry.password };
  const own: RegistryAccess = { caBundle: registry.caBundle, credentials };
  const digest = await pushLayout(await makeImage('env'), `${registry.host}/env:1`, { access: own });
  expect((await registry.inspect('env:1')).Digest).toBe(digest);
  const wrong = { ...own, credentials: { ...credentials, password: 'wrong' } };
  await expect(
    pushLayout(await makeImage('env'), `${registry.host}/env:2`, { access: wrong }),
  ).rejects.toMatchObject({
    code: 'REGISTRY_PUSH_FAILED',
    message: expect.stringContaining('unauthorized'),
    hint: expect.stringContaining('skopeo login'),
  });
});

test('a registry whose authority is not known is not talked to', async () => {
  const { credentialsFile = '' } = access;
  const push = pushLayout(await makeImage('ca'), `${registry.host}/ca:1`, { access: { credentialsFile } });
  await expect(push).rejects.toMatchObject({
    code: 'REGISTRY_PUSH_FAILED',
    hint: expect.stringContaining('registry.ca_bundle'),
  });
});

test('a SIF is pushed as an artifact that names its bytes', async () => {
  const sif = await makeSif(randomBytes(3 * 2 ** 20));
  const { url, digest } = await pushSif(sif, `${registry.host}/team/sif:1`, { access });
  expect(url).toBe(`oras://${registry.host}/team/sif:1-sif`);
  const manifest = await registry.inspectRaw<{ layers: unknown[] }>(`team/sif@${digest}`);
  expect(manifest.layers).toEqual([
    {
      mediaType: 'application/vnd.sylabs.sif.layer.v1.sif',
      digest: `sha256:${sif.sha256}`,
      size: sif.sizeBytes,
      annotations: { 'org.opencontainers.image.title': 'x.sif' },
    },
  ]);
  const again = await pushSif({ ...sif, path: '/nowhere' }, `${registry.host}/team/sif:2`, { access });
  expect(again.digest).toBe(digest);
});

test('bytes that are not those of the digest are refused, and get no tag', async () => {
  const sif = await makeSif(randomBytes(2 ** 20));
  const bytes = await readFile(sif.path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await writeFile(sif.path, bytes);
  await expect(pushSif(sif, `${registry.host}/team/bad:1`, { access })).rejects.toMatchObject({
    code: 'REGISTRY_PUSH_FAILED',
  });
  await expect(registry.inspectRaw('team/bad:1-sif')).rejects.toThrow(/unknown|not found/);
});
