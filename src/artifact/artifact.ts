import type { Digest } from '../oci/digest.ts';

/** A kept file, as it was when it was published. */
export type Artifact = {
  /** Absolute path. */
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Digest of the manifest of the image that it was made from. */
  readonly manifestDigest: Digest;
  /** The documents about it; absent until they are written. */
  readonly attestations?: readonly KeptFile[];
};

export type KeptFile = {
  /** Absolute path. */
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
};

/** What decides a SIF's bytes: the same key always means the same file. */
export type ArtifactKey = {
  readonly imageId: Digest;
  /** Conversion settings, such as compression and block size. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly path: string;
};

/** Remembers which files were published from what, so that an unchanged image is not converted again. */
export interface ArtifactIndex {
  /** The file, if it is still there as it was published. */
  find(key: ArtifactKey): Promise<Artifact | undefined>;
  record(key: ArtifactKey, artifact: Artifact): Promise<void>;
}
