import type { BuildOutcome, BuildRecord } from './build-record.ts';
import type { BuildState, Phase } from './build-states.ts';

/** A build that is asked for. */
export type NewBuild = Pick<BuildRecord, 'id' | 'request' | 'workflow' | 'step' | 'version' | 'machine'> & {
  /** Default false. */
  readonly isPlan?: boolean;
  /** Equal for requests for the same thing. */
  readonly joinKey: string;
  readonly ownerId: string;
};

/** What a user may have at a time. */
export type SubmitLimits = {
  readonly queued: number;
  /** Of SIF files; who has as much gets no further build. */
  readonly storedBytes: number;
};

export type Submission = {
  readonly id: string;
  /** An equal request was in flight, and this is its build. */
  readonly isJoined: boolean;
};

export type BuildFilter = {
  /** Builds of this user only. */
  readonly ownerId?: string | undefined;
  readonly states?: readonly BuildState[] | undefined;
  readonly workflow?: string | undefined;
  readonly step?: string | undefined;
  readonly machine?: string | undefined;
  readonly isPlan?: boolean | undefined;
  /** Part of version, machine, id or `workflow/step`, without regard to case. */
  readonly search?: string | undefined;
};

/** A place in the list, newest first: what follows it is the next page. */
export type BuildCursor = { readonly createdAt: Date; readonly id: string };

/** A build that a worker has taken: it is the worker's as long as the attempt is the newest. */
export type Claim = { readonly id: string; readonly attempt: number };

export type ClaimOptions = {
  /** So many workers may die with it; then it fails with BUILD_INTERRUPTED. */
  readonly maxCrashes: number;
  /** Whose worker takes it: UUID of a service, the same after a restart. */
  readonly worker: string;
};

/** `lost`: another worker has the build, or it has ended. */
export type ClaimStatus = 'held' | 'cancel-requested' | 'lost';

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly build: BuildRecord; readonly claim: Claim }
  /** It has ended, was cancelled while it waited, or has been given up. */
  | { readonly kind: 'gone' };

/**
 * Keeps builds and their order. Every change of a build is announced on the change feed when it is committed.
 */
export interface BuildStore {
  /**
   * Adds the build and queues it in one transaction; joins an equal one that is in flight, whoever wins a race.
   *
   * @throws QUOTA_EXCEEDED
   */
  submit(build: NewBuild, limits: SubmitLimits): Promise<Submission>;
  /** Whether a build with this key would be joined now. */
  isInFlight(joinKey: string): Promise<boolean>;
  find(id: string): Promise<BuildRecord | undefined>;
  isOwner(id: string, userId: string): Promise<boolean>;
  listOwners(ids: readonly string[]): Promise<ReadonlyMap<string, readonly BuildOwner[]>>;
  /** Newest first. */
  list(
    filter: BuildFilter,
    page: { readonly limit: number; readonly after?: BuildCursor | undefined },
  ): Promise<readonly BuildRecord[]>;
  countByState(filter?: Pick<BuildFilter, 'ownerId'>): Promise<Readonly<Record<BuildState, number>>>;
  /**
   * Ends a build that waits, asks the worker of one that runs.
   *
   * @throws BUILD_NOT_FOUND, BUILD_FINISHED
   */
  cancel(id: string): Promise<void>;
  /**
   * Takes a user out of a build that others have asked for too: it goes on, and stays, for them.
   *
   * @returns False where nobody else has asked for it: nothing is changed then.
   * @throws BUILD_NOT_FOUND
   */
  leave(id: string, userId: string): Promise<boolean>;
  /** The build and what is known about it, except for files. Only of one that has ended. @throws BUILD_NOT_FOUND */
  remove(id: string): Promise<void>;

  claim(id: string, options: ClaimOptions): Promise<ClaimResult>;
  /** Answers false when the claim has lapsed: another worker has the build. */
  setPhase(claim: Claim, phase: Phase): Promise<boolean>;
  /** Gives it back to the queue, as if it had never been claimed. */
  release(claim: Claim): Promise<void>;
  /** The last word about a build. Answers false when the claim has lapsed. */
  finish(claim: Claim, outcome: BuildOutcome): Promise<boolean>;
  look(claim: Claim): Promise<ClaimStatus>;
  /**
   * Queues builds again that wait without a job, and jobs whose builds have ended are dropped.
   *
   * @returns How many were queued.
   */
  requeueLost(): Promise<number>;
  /**
   * Hands out again at once what a dead worker had, instead of when its silence is noticed. For its successor, when
   * nothing of it is left.
   *
   * @returns How many there were.
   */
  retryHeld(worker: string): Promise<number>;
}

export type BuildOwner = { readonly id: string; readonly name: string };

/** A published image, or the file of one. */
export type ImageRecord = {
  /** UUID. */
  readonly id: string;
  readonly reference: string;
  readonly manifestDigest: string;
  readonly recipeDigest: string;
  /** Null for an image for Docker. */
  readonly sif: { readonly filename: string; readonly sha256: string; readonly sizeBytes: number } | null;
  /** Null when that build has been deleted. */
  readonly build: Pick<BuildRecord, 'id' | 'workflow' | 'step' | 'version' | 'machine'> | null;
  readonly publishedAt: Date;
};

export type ImageFilter = {
  readonly ownerId?: string | undefined;
  /** Part of the reference, the file, the machine or `workflow/step`, without regard to case. */
  readonly search?: string | undefined;
};

/** Published images by name; a build that succeeds puts its own there ({@link BuildStore.finish}). */
export interface ImageStore {
  find(id: string): Promise<ImageRecord | undefined>;
  findFile(filename: string): Promise<ImageRecord | undefined>;
  /** @param name.sifFilename Null for an image for Docker. */
  findByName(name: {
    readonly reference: string;
    readonly sifFilename: string | null;
  }): Promise<ImageRecord | undefined>;
  list(
    filter: ImageFilter,
    page: {
      readonly limit: number;
      readonly after?: { readonly publishedAt: Date; readonly id: string } | undefined;
    },
  ): Promise<readonly ImageRecord[]>;
  isOwner(id: string, userId: string): Promise<boolean>;
  /** Those of these images that a user has asked for. */
  findOwned(ids: readonly string[], userId: string): Promise<ReadonlySet<string>>;
  /** Answers false when it is gone, or was published anew meanwhile. */
  remove(image: Pick<ImageRecord, 'id' | 'publishedAt'>): Promise<boolean>;
  /** Sum over the files that a user owns: they stay one's own when their builds are forgotten. */
  storedBytes(userId: string): Promise<number>;
}

/** What has changed in the database, whoever changed it. */
export type Change =
  | { readonly kind: 'build'; readonly id: string }
  /** Something that decides what the credentials of a user are worth. */
  | { readonly kind: 'accounts'; readonly userId: string }
  /** Changes may have been missed: forget whatever was kept. */
  | { readonly kind: 'reconnected' };

export interface ChangeFeed {
  /** @returns Ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
  /** False while changes may be missed: what is kept in memory cannot be trusted. */
  readonly isConnected: boolean;
}

/** Hands builds to workers, in the order they were asked for. */
export interface BuildQueue {
  /**
   * Calls `handle` with the id of each build that waits, at most `concurrency` at a time, until stopped. When the
   * promise rejects, or this process dies, the build is handed out again.
   *
   * @param limits.concurrencyOfOwner Of those who have no limit of their own ({@link UserQuota}).
   */
  work(
    limits: { readonly concurrency: number; readonly concurrencyOfOwner: number },
    handle: (buildId: string) => Promise<void>,
  ): Promise<{ readonly stop: () => Promise<void> }>;
}
