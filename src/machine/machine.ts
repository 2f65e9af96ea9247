import type { Platform } from '../oci/platform.ts';

/** What the finished image is for: an OCI image only, or an OCI image and its SIF. */
export const imageFormats = ['oci', 'sif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** A target machine, resolved: every name in it is known and the fields agree with each other. */
export type Machine = {
  readonly platform: Platform;
  /** archspec name, such as `zen2`; the platform's generic one (`x86_64`) when the user asked for none. */
  readonly microarchitecture: string;
  /** As the user wrote it, lower case (`rome`, `none`): it is part of the image's name. */
  readonly requestedArchitecture: string;
  readonly imageFormat: ImageFormat;
  /** Spack spec such as `openmpi@4`. */
  readonly mpi?: string;
  /** Spack spec such as `cuda@12`. */
  readonly gpu?: string;
};
