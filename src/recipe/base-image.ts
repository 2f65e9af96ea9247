import type { Digest } from '../oci/digest.ts';
import type { BaseImage } from '../step/base-image.ts';

export { type BaseImage, parseBaseImage } from '../step/base-image.ts';

/** A base image, pinned. The same digest always means the same bytes. */
export type ResolvedBase = {
  readonly base: BaseImage;
  /** Digest of the base's image manifest. */
  readonly digest: Digest;
  /** Debian or Ubuntu suite (`bookworm`, `jammy`) where known: tells which compiler apt has. */
  readonly suite?: string;
};

/**
 * The name of the build context that stands for the base image in every Dockerfile (`FROM cic-base`);
 * engines bind it to the resolved base, so the same Dockerfile text serves all engines and base kinds.
 */
export const baseContextName = 'cic-base';
