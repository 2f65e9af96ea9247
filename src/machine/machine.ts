import type { Platform } from '../oci/platform.ts';
import type { HpcSystem } from './system/system.ts';

/** What the finished image is for: an OCI image only, or an OCI image and its SIF. */
export const imageFormats = ['oci', 'sif'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** A target machine, resolved: every name in it is known and the fields agree with each other. */
export type Machine = {
  readonly platform: Platform;
  /** archspec name, such as `zen2`; the platform's generic one (`x86_64`) when the user asked for none. */
  readonly microarchitecture: string;
  /**
   * As the user wrote it, lower case (`rome`, `none`), or the name of the HPC system: it is part of the
   * image's name.
   */
  readonly requestedArchitecture: string;
  readonly imageFormat: ImageFormat;
  /** Spack spec such as `openmpi@4`. */
  readonly mpi?: string;
  /** Spack spec such as `cuda@12`. */
  readonly gpu?: string;
  /** `90` or `80,90` as Spack's `cuda_arch` takes it, `gfx90a` as `amdgpu_target`; absent when not known. */
  readonly gpuArch?: string;
  /** The HPC system that the request names. */
  readonly system?: HpcSystem;
};
