import { expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import {
  type AttachedDocument,
  formatLayoutIndex,
  formatReferrers,
  isAttached,
  makeAttachment,
  type Referrer,
  referrersTag,
} from './referrers.ts';

const subject = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf('image'),
  size: 7,
};

const document: AttachedDocument = {
  mediaType: 'application/spdx+json',
  filename: 'x.spdx.json',
  content: '{"ä":1}',
  annotations: { 'cic.version': '1.2.3' },
};

const referrer = (changes: Partial<Referrer> = {}): Referrer => ({
  ...makeAttachment(document, subject).referrer,
  ...changes,
});

test('an artifact refers to its image and holds the document under its own type', () => {
  const { referrer: descriptor, blobs } = makeAttachment(document, subject);
  const manifest = JSON.parse(blobs.get(descriptor.digest)?.toString() ?? '');
  expect(manifest).toMatchObject({
    schemaVersion: 2,
    artifactType: 'application/spdx+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 },
    layers: [
      {
        mediaType: 'application/spdx+json',
        digest: digestOf(document.content),
        size: 8,
        annotations: { 'org.opencontainers.image.title': 'x.spdx.json' },
      },
    ],
    subject,
    annotations: document.annotations,
  });
  expect([...blobs.keys()]).toContain(manifest.layers[0].digest);
});

test('the same document gives the same artifact', () => {
  expect(makeAttachment(document, subject)).toEqual(makeAttachment({ ...document }, { ...subject }));
});

test('a list repeats type and annotations of each artifact', () => {
  expect(JSON.parse(formatReferrers([], [referrer()])).manifests).toEqual([
    expect.objectContaining({ artifactType: document.mediaType, annotations: document.annotations }),
  ]);
});

test('a list keeps what others put there and has each artifact once', () => {
  const other = referrer({ digest: digestOf('other') });
  const { manifests } = JSON.parse(formatReferrers([other, referrer()], [referrer()]));
  expect(manifests.map(({ digest }: Referrer) => digest)).toEqual([other.digest, referrer().digest]);
});

test('a document is attached when one of its type has its annotations', () => {
  expect(isAttached(document, [referrer()])).toBe(true);
  expect(isAttached(document, [referrer({ annotations: { 'cic.version': '1.2.2' } })])).toBe(false);
  expect(isAttached(document, [referrer({ artifactType: 'application/x' })])).toBe(false);
  expect(isAttached(document, [])).toBe(false);
});

test("the list's tag is the image's digest as far as a tag can hold it", () => {
  expect(referrersTag(subject.digest)).toMatch(/^sha256-[0-9a-f]{64}$/);
});

test('a layout of one artifact has no names', () => {
  const { manifests } = JSON.parse(formatLayoutIndex(makeAttachment(document, subject)));
  expect(manifests).toEqual([
    { mediaType: subject.mediaType, digest: referrer().digest, size: referrer().size },
  ]);
});
