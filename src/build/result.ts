import type { Digest } from '../oci/digest.ts';
import type { BuildStageId } from './events.ts';

/** A finished build. Every path in it exists and every name in it is taken by this very image. */
export type BuildResult = {
  /** Full image reference: `<registry>/<repository>:<tag>`, or the name in the local engine. */
  readonly imageReference: string;
  /** Digest of the image manifest: the pushed one when the image was pushed. */
  readonly manifestDigest: Digest;
  readonly recipeDigest: Digest;
  /** Absent when the machine's container engine takes OCI images. */
  readonly sif?: { readonly path: string; readonly sha256: string; readonly sizeBytes: number };
  /** SBOM (SPDX) and provenance (in-toto), absolute paths; absent when they could not be written. */
  readonly attestations?: { readonly sbomPath: string; readonly provenancePath: string };
  /** The lock of the Spack environment, absolute path; absent where there is none or it could not be written. */
  readonly spackLockPath?: string;
  /** Wall time of each stage that ran, in milliseconds. */
  readonly timingsMs: Readonly<Partial<Record<BuildStageId, number>>>;
};
