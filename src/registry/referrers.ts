import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, digestHex, digestOf } from '../oci/digest.ts';

/** A document that is attached to an image. */
export type AttachedDocument = {
  /** Media type of the document, and the type of the artifact that holds it. */
  readonly mediaType: string;
  /** The name that clients save it under. */
  readonly filename: string;
  readonly content: string;
  /** Of the artifact's manifest; tells documents of one type apart. */
  readonly annotations: Readonly<Record<string, string>>;
};

/** A manifest in a list of referrers. @see OCI image-spec v1.1, descriptor.md */
export type Referrer = Descriptor & { readonly artifactType?: string };

/** An artifact: its manifest and what that points to, by digest. */
export type Attachment = {
  readonly referrer: Referrer;
  readonly blobs: ReadonlyMap<Digest, Buffer>;
};

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';

/**
 * The artifact that attaches a document to an image; the same input gives the same digest.
 *
 * @see OCI image-spec v1.1, manifest.md, Guidelines for Artifact Usage
 */
export function makeAttachment(document: AttachedDocument, subject: Descriptor): Attachment {
  const { mediaType, filename, content, annotations } = document;
  const blobs = new Map<Digest, Buffer>();
  const add = (type: string, text: string): Descriptor => {
    const bytes = Buffer.from(text);
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { mediaType: type, digest, size: bytes.length };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    artifactType: mediaType,
    config: add(emptyType, '{}'),
    layers: [{ ...add(mediaType, content), annotations: { 'org.opencontainers.image.title': filename } }],
    subject,
    annotations,
  };
  const descriptor = add(manifestType, JSON.stringify(manifest));
  return { referrer: { ...descriptor, artifactType: mediaType, annotations }, blobs };
}

/** Whether a document of this type with these annotations is among the referrers. */
export function isAttached(
  { mediaType, annotations }: AttachedDocument,
  referrers: readonly Referrer[],
): boolean {
  return referrers.some(
    (referrer) =>
      referrer.artifactType === mediaType &&
      Object.entries(annotations).every(([key, value]) => referrer.annotations?.[key] === value),
  );
}

/** The list of referrers with more of them, as it is stored in registries that keep none themselves. */
export function formatReferrers(known: readonly Referrer[], added: readonly Referrer[]): string {
  const addedDigests = new Set(added.map(({ digest }) => digest));
  const manifests = [...known.filter(({ digest }) => !addedDigests.has(digest)), ...added];
  return JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
}

/** The tag of that list. @see OCI distribution-spec v1.1, Referrers Tag Schema */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-');
}

/** `index.json` of a layout that holds one artifact. */
export function formatLayoutIndex({ referrer }: Attachment): string {
  const { mediaType, digest, size } = referrer;
  return JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size }] });
}

/** The path of a blob in a layout. @see OCI image-spec, image-layout.md */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${digestHex(digest)}`;
}
