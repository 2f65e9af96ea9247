import type { Digest } from '../../oci/digest.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { ByteReader } from '../tar/byte-reader.ts';

/** An image that is read from outside the engine: its configuration and its layers. */
export type ImageSource = {
  readonly config: ImageConfig;
  readonly manifestDigest: Digest;
  /** From the lowest to the highest. */
  readonly layers: readonly LayerSource[];
  close(): Promise<void>;
};

export type LayerSource = {
  readonly digest: Digest;
  /** Bytes as stored, compressed or not. */
  readonly sizeBytes: number;
  /** Opens the layer's tar archive for finding out what is in it; content may be skipped cheaply. */
  openIndex(): Promise<OpenLayer>;
  /**
   * Opens the layer's tar archive for reading all of it. {@link OpenLayer.finish} then compares what
   * was read with the digests.
   */
  openContent(): Promise<OpenLayer>;
};

export type OpenLayer = {
  readonly bytes: ByteReader;
  /**
   * Ends the reading; must be called once.
   *
   * @throws SIF_DIGEST_MISMATCH - the content is not what the manifest or the configuration says
   */
  finish(): Promise<void>;
};
