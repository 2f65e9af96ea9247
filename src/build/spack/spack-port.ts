import type { CallOptions } from '../../engine/port.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageScripts } from '../../recipe/spack/environment-files.ts';
import type { SpackTools } from '../../recipe/spack/spack-tools.ts';
import type { Mapping } from '../../spack/mapping.ts';

/** Spack as it lies on this machine. */
export type PreparedTools = {
  readonly tools: SpackTools;
  /** Absolute paths. */
  readonly folders: {
    readonly spack: string;
    /** Holds the `repo.yaml` of the builtin recipes. */
    readonly packages?: string;
    readonly catalogue?: CatalogueFolders;
  };
  /** Sections of the catalogue's configuration: `packages` and `concretizer`, where it has them. */
  readonly catalogueConfig?: Mapping;
  /** Recipes of the catalogue that are left out, and why. */
  readonly warnings: readonly string[];
  /** 40 hex digits each. */
  readonly commits: { readonly spack?: string; readonly packages?: string };
};

/** The catalogue in a form that this Spack loads. */
export type CatalogueFolders = {
  /** Holds its `repo.yaml`. */
  readonly repo: string;
  /** Where that has to lie below the catalogue's place in the image. */
  readonly place: string;
  /** Its `cfg/`. */
  readonly config?: string;
};

export type PrepareOptions = CallOptions & {
  readonly onProgress: (message: string) => void;
  /** Whether builds can write into a folder of this machine. */
  readonly mountsFolders: boolean;
};

/** What the pipeline needs for steps with a Spack environment. */
export interface SpackPort {
  /** Brings Spack, its recipes and the site's catalogue onto this machine. */
  prepare(options: PrepareOptions): Promise<PreparedTools>;
  /** Scripts that run inside images. */
  readScripts(): Promise<ImageScripts>;
  /** Environments that were solved before, by everything that the solution depends on. */
  readonly locks: LockStore;
  readonly times: TimeStore;
  /** Runs `work` while no other process of this machine makes a toolchain image. */
  withToolchainLock<T>(work: () => Promise<T>, options: CallOptions): Promise<T>;
}

/** How long packages took to compile. */
export interface TimeStore {
  /** Seconds by name of the package. */
  read(): Promise<ReadonlyMap<string, number>>;
  record(times: ReadonlyMap<string, number>): Promise<void>;
}

export interface LockStore {
  /** Text of `spack.lock`. */
  find(key: Digest): Promise<string | undefined>;
  record(key: Digest, text: string): Promise<void>;
}
