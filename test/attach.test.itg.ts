import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Digest, digestOf } from '../src/oci/digest.ts';
import type { RegistryAccess } from '../src/registry/access.ts';
import { attachDocuments } from '../src/registry/attach.ts';
import { createHttpSender } from '../src/registry/http.ts';
import { pushLayout } from '../src/registry/push.ts';
import { type AttachedDocument, type Referrer, referrersTag } from '../src/registry/referrers.ts';
import { encodeTar, makeFile, makeLayout, writeFiles } from '../src/sif/image.fixture.ts';
import { startRegistry, type TestRegistry } from './registry.ts';

let registry: TestRegistry;
let folder: string;
let access: RegistryAccess;

beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'cic-attach-test-'));
  access = { caBundle: registry.caBundle, credentialsFile: registry.credentials };
});

afterAll(async () => {
  await registry?.stop();
  await rm(folder, { recursive: true, force: true });
});

const documents: readonly AttachedDocument[] = [
  {
    mediaType: 'application/spdx+json',
    filename: 'x.spdx.json',
    content: '{"a":1}',
    annotations: { by: 'cic' },
  },
  {
    mediaType: 'application/vnd.in-toto+json',
    filename: 'x.provenance.json',
    content: '{"b":2}',
    annotations: { by: 'cic' },
  },
];

async function pushImage(reference: string): Promise<Digest> {
  const layer = encodeTar([makeFile('a', reference)]);
  const layout = await writeFiles(await mkdtemp(join(folder, 'image-')), makeLayout({ layers: [layer] }));
  return pushLayout(layout, reference, { access });
}

test('in a registry that keeps no lists of referrers, the documents are found through the tag', async () => {
  const path = 'team/found';
  const repository = `${registry.host}/${path}`;
  const manifestDigest = await pushImage(`${repository}:latest`);
  await attachDocuments({ reference: `${repository}:latest`, manifestDigest }, documents, { access });
  const tag = `${path}:${referrersTag(manifestDigest)}`;
  const { manifests } = await registry.inspectRaw<{ manifests: Referrer[] }>(tag);
  expect(manifests.map(({ artifactType }) => artifactType)).toEqual(
    documents.map(({ mediaType }) => mediaType),
  );
  for (const { digest, artifactType } of manifests) {
    const manifest = await registry.inspectRaw(`${path}@${digest}`);
    const content = documents.find(({ mediaType }) => mediaType === artifactType)?.content ?? '';
    const layers = [{ mediaType: artifactType, digest: digestOf(content) }];
    expect(manifest).toMatchObject({ artifactType, layers, subject: { digest: manifestDigest } });
  }
});

test('attaching again adds nothing, and what others attached stays', async () => {
  const repository = `${registry.host}/team/again`;
  const image = { reference: `${repository}:1`, manifestDigest: await pushImage(`${repository}:1`) };
  const tag = `team/again:${referrersTag(image.manifestDigest)}`;
  const others = documents.slice(0, 1).map((document) => ({ ...document, annotations: { by: 'others' } }));
  await attachDocuments(image, others, { access });
  await attachDocuments(image, documents, { access });
  const first = await registry.inspectRaw<{ manifests: Referrer[] }>(tag);
  expect(first.manifests).toHaveLength(3);
  await attachDocuments(image, documents, { access });
  expect(await registry.inspectRaw(tag)).toEqual(first);
});

test('a registry that refuses the credentials is told apart', async () => {
  const repository = `${registry.host}/team/refused`;
  const image = { reference: `${repository}:1`, manifestDigest: await pushImage(`${repository}:1`) };
  const attaching = attachDocuments(image, documents, {
    access: { ...access, credentialsFile: join(folder, 'none.json') },
  });
  await expect(attaching).rejects.toMatchObject({ code: 'REGISTRY_ATTACH_FAILED' });
});

test('a registry that is gone is an error with its reason', async () => {
  const image = {
    reference: 'localhost:1/team/gone:1',
    manifestDigest: await pushImage(`${registry.host}/gone:1`),
  };
  await expect(attachDocuments(image, documents, { access })).rejects.toMatchObject({
    code: 'REGISTRY_ATTACH_FAILED',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('plain HTTP is spoken only with a registry that is marked as insecure', async () => {
  const server = createServer((_request, reply) => reply.writeHead(418).end('tea'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`;
  const request = { method: 'GET', url, headers: {} } as const;
  try {
    expect(await createHttpSender({ insecure: true })(request)).toMatchObject({ status: 418, body: 'tea' });
    await expect(createHttpSender({})(request)).rejects.toThrow();
  } finally {
    server.close();
  }
});
