import type { ArtifactIndex } from '../artifact/artifact.ts';
import type { Engine } from '../engine/port.ts';
import type { Digest } from '../oci/digest.ts';
import type { BaseImage } from '../recipe/base-image.ts';
import type { SiteNetwork } from '../recipe/site-network.ts';
import type { PushedImage } from '../registry/attach.ts';
import type { SifToPush } from '../registry/push-sif.ts';
import type { AttachedDocument } from '../registry/referrers.ts';
import type { StepSource } from '../request/build-request.ts';
import type { Step } from '../step/step.ts';
import type { SpackPort } from './spack/spack-port.ts';

export type CallOptions = { readonly signal?: AbortSignal | undefined };

/** A converted SIF that is complete and checked, under a temporary name. */
export type PendingSif = {
  /** The name it gets when it is published. */
  readonly path: string;
  /** Where it is until then. */
  readonly partialPath: string;
  readonly sizeBytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly warnings: readonly string[];
  /** Gives the file its name; atomic. */
  publish(): Promise<void>;
  discard(): Promise<void>;
};

export type ConvertOptions = CallOptions & {
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void;
};

/** Turns an OCI image layout into a SIF. */
export type SifConverter = {
  /** What decides the bytes of the result besides the image. */
  readonly settings: Readonly<Record<string, unknown>>;
  convert(layout: string, outputPath: string, options: ConvertOptions): Promise<PendingSif>;
};

/** Pushes an OCI image layout under a name; answers the digest of the manifest that the registry has. */
export type Pusher = (
  layout: string,
  reference: string,
  options: CallOptions & { readonly onLine: (line: string) => void },
) => Promise<Digest>;

/** Pushes a SIF beside its image; answers the URL that `apptainer pull` takes. */
export type SifPusher = (sif: SifToPush, reference: string, options: CallOptions) => Promise<string>;

/** Attaches documents to an image that was pushed. */
export type Attacher = (
  image: PushedImage,
  documents: readonly AttachedDocument[],
  options: CallOptions,
) => Promise<void>;

export type ImageFiles = {
  /** When the image was made; RFC 3339. */
  readonly created?: string;
  /** Contents by path of the root file system, without a leading slash. */
  readonly files: ReadonlyMap<string, Buffer>;
};

/** Reads those files of the image of an OCI image layout whose path is wanted. */
export type ImageFileReader = (
  layout: string,
  isWanted: (path: string) => boolean,
  options: CallOptions,
) => Promise<ImageFiles>;

/** Everything the pipeline works with; `app.ts` joins it to the real things. */
export type BuildDependencies = {
  readonly engine: Engine;
  readonly resolveStep: (
    source: Exclude<StepSource, { kind: 'base' }>,
    options: CallOptions,
  ) => Promise<Step>;
  /** Hash over all files of a folder, as {@link Step.treeHash}. */
  readonly hashTree: (folder: string) => Promise<Digest>;
  readonly converter: SifConverter;
  readonly artifacts: ArtifactIndex;
  /** archspec name of the newest microarchitecture whose code this machine runs, where that is known. */
  readonly findHostMicroarchitecture: () => Promise<string | undefined>;
  /** Absent where no registry is configured. */
  readonly registry?: {
    readonly prefix: string;
    readonly push: Pusher;
    /** Whether the registry has this very manifest under the name. */
    readonly isPushed: (reference: string, digest: Digest, options: CallOptions) => Promise<boolean>;
    readonly attach: Attacher;
    /** Absent where SIF files are not pushed. */
    readonly pushSif?: SifPusher;
  };
  readonly readImageFiles: ImageFileReader;
  /** Absent where there is no Spack: steps with a Spack environment are refused. */
  readonly spack?: SpackPort;
  readonly site: BuildSite;
  /** Monotonic clock in milliseconds. */
  readonly now: () => number;
  readonly wallClock: () => Date;
};

/** The site's settings that decide what is built and where it goes. */
export type BuildSite = {
  readonly base: BaseImage;
  /** What else steps may ask for. */
  readonly allowedBases: readonly BaseImage[];
  readonly imagesPrefix: string;
  readonly toolVersion: string;
  readonly network: SiteNetwork;
  /** Where running builds keep their files. */
  readonly workDirectory: string;
};
