import { createHash } from 'node:crypto';
import { AppError } from '../errors/app-error.ts';

/** A content digest: `sha256:` and 64 lower-case hex digits. @see OCI image-spec, descriptor.md, Digests */
export type Digest = `sha256:${string}`;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** @throws OCI_DIGEST_INVALID - not a SHA-256 digest */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new AppError('OCI_DIGEST_INVALID', `"${text}" is not a SHA-256 digest`, {
    hint: 'a digest reads sha256: followed by 64 hex digits',
  });
}

/** Digest of bytes or of the UTF-8 form of a text. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The 64 hex digits, for file names. */
export function digestHex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
