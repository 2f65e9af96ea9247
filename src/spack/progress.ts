import type { PackageId } from './package-id.ts';
import { type Observation, readProgressLine } from './progress-line.ts';

/** What happens to a package, as it happens. */
export type PackageEvent = Identity & {
  /** Packages that are installed by now. */
  readonly installed: number;
  /** Packages to install. */
  readonly total: number;
} & (
    | { readonly kind: 'package-started' | 'package-failed' }
    /** In Spack's own words: `cmake`, `build`, `install`, `relocating`. */
    | { readonly kind: 'package-phase'; readonly phase: string }
    | {
        readonly kind: 'package-installed';
        /** Absent where Spack does not say. */
        readonly seconds?: number;
        /** Taken from the package cache: nothing was compiled. */
        readonly fromCache: boolean;
      }
  );

/** Version and hash are absent where Spack prints the name only and no expected package has it. */
type Identity = { readonly name: string; readonly version?: string; readonly hash?: string };

export type ProgressOptions = {
  /** The nodes of the lock that are not external. */
  readonly packages: readonly PackageId[];
  /** Default: all of `packages`. */
  readonly total?: number;
  readonly installRoot?: string;
};

export type ProgressReader = {
  /** Takes the next line that Spack has printed, on whichever stream. */
  push(line: string): PackageEvent[];
};

/**
 * Follows an installation by what Spack prints without a terminal. Its own `[n/m]` is of no use: it comes
 * after the package's other lines and counts externals.
 */
export function createProgressReader(options: ProgressOptions): ProgressReader {
  const { packages, total = packages.length, installRoot = '/opt/software' } = options;
  const track = createRegister();
  let installed = 0;
  /** What the next duration belongs to. */
  let complete: Tracked | undefined;
  return {
    push(line) {
      const observation = readProgressLine(line, installRoot);
      if (observation === undefined) return [];
      if (observation.kind === 'duration') {
        if (complete !== undefined) complete.seconds = observation.seconds;
        return [];
      }
      const { tracked, isNew } = track(identify(observation, packages));
      if (observation.kind === 'complete') complete = tracked;
      const changes: Change[] = [...(isNew ? [started] : []), ...apply(observation, tracked)];
      return changes.map((change) => {
        if (change.kind === 'package-installed') installed++;
        return { ...change, ...tracked.identity, installed, total: Math.max(total, installed) };
      });
    },
  };
}

type Tracked = {
  identity: Identity;
  phase: string | undefined;
  isFromCache: boolean;
  seconds: number | undefined;
  isFinished: boolean;
};

/** One record per package, however it is named: by its hash, or by its name while it is being installed. */
function createRegister() {
  const all: Tracked[] = [];
  return (identity: Identity): { readonly tracked: Tracked; readonly isNew: boolean } => {
    const { name, hash } = identity;
    const found =
      all.find((each) => hash !== undefined && each.identity.hash === hash) ??
      all.findLast((each) => {
        const isSameName = each.identity.name === name && !each.isFinished;
        return isSameName && (hash === undefined || each.identity.hash === undefined);
      });
    if (found === undefined) {
      const tracked = {
        identity,
        phase: undefined,
        isFromCache: false,
        seconds: undefined,
        isFinished: false,
      };
      all.push(tracked);
      return { tracked, isNew: true };
    }
    if (hash !== undefined) found.identity = identity;
    return { tracked: found, isNew: false };
  };
}

type Change = PackageEvent extends infer Event
  ? Event extends PackageEvent
    ? Omit<Event, keyof Identity | 'installed' | 'total'>
    : never
  : never;

const started: Change = { kind: 'package-started' };

/** Gives an observed package all that the lock knows of it. */
function identify({ name, version, hash }: Identity, packages: readonly PackageId[]): Identity {
  const candidates = packages.filter((each) =>
    hash === undefined ? each.name === name : each.hash.startsWith(hash),
  );
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) {
    return { name: only.name, version: only.version, hash: only.hash };
  }
  return { name, ...(version !== undefined && { version }), ...(hash !== undefined && { hash }) };
}

function apply(observation: Exclude<Observation, { kind: 'duration' }>, tracked: Tracked): Change[] {
  switch (observation.kind) {
    case 'from-cache':
      tracked.isFromCache = true;
      return enterPhase(tracked, observation.phase);
    case 'from-source':
      tracked.isFromCache = false;
      return [];
    case 'phase':
      return enterPhase(tracked, observation.phase);
    case 'installed':
      tracked.seconds = observation.seconds ?? tracked.seconds;
      return finish(tracked, 'package-installed');
    case 'failed':
      return finish(tracked, 'package-failed');
    default:
      return [];
  }
}

function enterPhase(tracked: Tracked, phase: string): Change[] {
  if (tracked.phase === phase || tracked.isFinished) return [];
  tracked.phase = phase;
  return [{ kind: 'package-phase', phase }];
}

/** Spack repeats both: an error with --fail-fast, an installed package when another one needs it. */
function finish(tracked: Tracked, kind: 'package-installed' | 'package-failed'): Change[] {
  if (tracked.isFinished) return [];
  tracked.isFinished = true;
  const { seconds, isFromCache: fromCache } = tracked;
  if (kind === 'package-failed') return [{ kind }];
  return [{ kind, fromCache, ...(seconds !== undefined && { seconds }) }];
}
