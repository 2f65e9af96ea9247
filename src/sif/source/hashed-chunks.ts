import { createHash } from 'node:crypto';
import type { Digest } from '../../oci/digest.ts';

export type HashedChunks = {
  readonly chunks: AsyncGenerator<Buffer>;
  /** Of what was handed through. */
  digest(): Digest;
};

/** Hands bytes through and hashes them. */
export function hashing(source: AsyncIterable<Buffer>): HashedChunks {
  const hash = createHash('sha256');
  let digest: Digest | undefined;
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return {
    chunks: pass(),
    digest: () => {
      digest ??= `sha256:${hash.digest('hex')}`;
      return digest;
    },
  };
}
