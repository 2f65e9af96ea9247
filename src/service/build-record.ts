import type { ErrorCode } from '../errors/codes.ts';
import type { BuildState, FinalState, Phase } from './build-states.ts';

export type { BuildState } from './build-states.ts';

/** Why a build did not succeed, as its owner reads it. */
export type BuildFailure = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
};

/** One attempt to build what a request names, as the service keeps it. Times are UTC. */
export type BuildRecord = {
  /** UUID. */
  readonly id: string;
  readonly state: BuildState;
  /** Null unless it is running. */
  readonly phase: Phase | null;
  /** The request as the client wrote it, JSON text. */
  readonly request: string;
  readonly workflow: string;
  readonly step: string;
  readonly version: string;
  /** Name of the HPC system, or the architecture that was asked for. */
  readonly machine: string;
  /** A dry run: what it makes is its plan, among its files. */
  readonly isPlan: boolean;
  /** Counts the workers that took it; 0 while it was never claimed. */
  readonly attempt: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly failure: BuildFailure | null;
  readonly imageReference: string | null;
  readonly manifestDigest: string | null;
  readonly recipeDigest: string | null;
  readonly sifFilename: string | null;
  /** 64 hex digits. */
  readonly sifSha256: string | null;
  readonly sifSizeBytes: number | null;
  /** Wall time of each stage in milliseconds. */
  readonly timingsMs: Readonly<Record<string, number>> | null;
};

/** How a build ended. */
export type BuildOutcome = {
  readonly state: FinalState;
  readonly failure?: BuildFailure;
  /** Absent for a plan too. */
  readonly result?: BuildProduct;
};

/** What a build that succeeded has made. */
export type BuildProduct = {
  readonly imageReference: string;
  readonly manifestDigest: string;
  readonly recipeDigest: string;
  readonly sif?: { readonly filename: string; readonly sha256: string; readonly sizeBytes: number };
  readonly timingsMs: Readonly<Record<string, number>>;
};
