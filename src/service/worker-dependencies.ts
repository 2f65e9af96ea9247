import type { BuildEvent } from '../build/events.ts';
import type { BuildPlan } from '../build/plan.ts';
import type { BuildResult } from '../build/result.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { BuildFolders } from './build-folder.ts';
import type { Mask } from './log/mask-secrets.ts';
import type { BuildStore, ChangeFeed } from './ports.ts';

/** The pipeline, as a worker uses it. */
export type BuildRunner = (
  request: BuildRequest,
  call: {
    readonly signal: AbortSignal;
    readonly onEvent: (event: BuildEvent) => void;
    readonly onPlan: (plan: BuildPlan) => Promise<void>;
  },
) => Promise<BuildResult>;

/** The pipeline up to where it would build. */
export type PlanRunner = (
  request: BuildRequest,
  call: { readonly signal: AbortSignal; readonly onEvent: (event: BuildEvent) => void },
) => Promise<BuildPlan>;

export type BuildLimits = {
  /** Of one attempt, without its time in the queue. */
  readonly totalMs: number;
  /** Without any event. */
  readonly silentMs: number;
  /** So many workers may die with a build. */
  readonly crashes: number;
};

export type WorkerDependencies = {
  readonly store: Pick<BuildStore, 'claim' | 'setPhase' | 'release' | 'finish' | 'look'>;
  readonly changes: Pick<ChangeFeed, 'subscribe'>;
  readonly run: BuildRunner;
  readonly plan: PlanRunner;
  readonly folders: BuildFolders;
  readonly systems: readonly HpcSystem[];
  readonly limits: BuildLimits;
  /** The service that this worker is of; UUID. */
  readonly worker: string;
  readonly mask: Mask;
  readonly now: () => Date;
  /** Aborted when the service ends. */
  readonly shutdown: AbortSignal;
  /** Told of faults of CIC itself. */
  readonly onFault: (error: unknown, buildId: string) => void;
};
