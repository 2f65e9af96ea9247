import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildEvent } from '../build/events.ts';
import type { BuildPlan } from '../build/plan.ts';
import type { BuildResult } from '../build/result.ts';
import { AppError } from '../errors/app-error.ts';
import { isConnectionLost } from '../errors/connection-lost.ts';
import { requireRequest } from '../request/parse-request.ts';
import type { BuildOutcome, BuildProduct, BuildRecord } from './build-record.ts';
import { type Phase, toPhase } from './build-states.ts';
import { keepAttestations, keepPlan } from './keep-files.ts';
import { type LogWriter, openLog } from './log/log-writer.ts';
import type { Claim } from './ports.ts';
import { type StopReason, toOutcome } from './stop-reason.ts';
import { createStopper, type Stopper } from './stopper.ts';
import { parseServiceRequest } from './submit-build.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/**
 * Builds what the queue hands out, from the claim to the last word, with its log. The last line of the log is written
 * when the outcome is kept: who reads that a build has ended finds it so, and all lines before it are in the log then.
 *
 * @throws CANCELLED - the service ends; the queue hands the build out again
 */
export async function runQueuedBuild(buildId: string, deps: WorkerDependencies): Promise<void> {
  const claimed = await deps.store.claim(buildId, { maxCrashes: deps.limits.crashes, worker: deps.worker });
  if (claimed.kind === 'gone') return;
  const { build, claim } = claimed;
  const log = await openLog(deps.folders.ofBuild(build.id), deps);
  const stopper = createStopper(claim, deps);
  try {
    log.append({ kind: 'attempt-started', attempt: claim.attempt });
    const outcome = await buildWithLog(build, claim, { deps, log, stopper });
    stopper.dispose();
    await log.flush();
    const isKept = await settle(claim, { outcome, reason: stopper.reason(), deps });
    if (outcome !== undefined && isKept) log.append({ kind: 'ended', ...toEnd(outcome) });
  } finally {
    stopper.dispose();
    await log.close();
    if (log.failure !== undefined) deps.onFault(log.failure, build.id);
  }
}

type RunContext = {
  readonly deps: WorkerDependencies;
  readonly log: LogWriter;
  readonly stopper: Stopper;
};

async function buildWithLog(
  { id, request: text, isPlan }: BuildRecord,
  claim: Claim,
  { deps, log, stopper }: RunContext,
): Promise<BuildOutcome | undefined> {
  const folder = deps.folders.ofBuild(id);
  const announcePhase = createPhaseAnnouncer(claim, deps, () => stopper.stop({ kind: 'lost' }));
  const onEvent = (event: BuildEvent) => {
    stopper.heard();
    log.append(event);
    if (event.kind === 'stage-started') announcePhase(toPhase(event.stage));
  };
  try {
    const request = requireRequest(parseServiceRequest(text, deps.systems));
    const onPlan = (plan: BuildPlan) => keepPlan(plan, folder);
    if (isPlan) {
      await onPlan(await deps.plan(request, { signal: stopper.signal, onEvent }));
      return { state: 'succeeded' };
    }
    const result = await deps.run(request, { signal: stopper.signal, onEvent, onPlan });
    await keepAttestations(result, folder);
    return { state: 'succeeded', result: toProduct(result) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'INTERNAL_ERROR') deps.onFault(error, id);
    return toOutcome(error, stopper.reason(), deps.mask);
  }
}

/** Phases reach the store in order; the pipeline does not wait for it. */
function createPhaseAnnouncer(claim: Claim, { store, onFault }: WorkerDependencies, onLost: () => void) {
  let current: Phase = 'resolving';
  let writing: Promise<unknown> = Promise.resolve();
  return (phase: Phase) => {
    if (phase === current) return;
    current = phase;
    writing = writing
      .then(async () => {
        if (!(await store.setPhase(claim, phase))) onLost();
      })
      .catch((error) => onFault(error, claim.id));
  };
}

type Settlement = {
  readonly outcome: BuildOutcome | undefined;
  readonly reason: StopReason | undefined;
  readonly deps: WorkerDependencies;
};

/** Answers false when it was not for this worker to say how the build ended. */
async function settle(claim: Claim, { outcome, reason, deps }: Settlement): Promise<boolean> {
  if (outcome !== undefined) return persist(() => deps.store.finish(claim, outcome));
  if (reason?.kind !== 'shutdown') return false;
  await deps.store.release(claim);
  throw new AppError('CANCELLED', 'the service ends; the build is taken up again when it starts');
}

/** A database that restarts must not cost a finished build. What was kept but not acknowledged is refused then. */
async function persist<T>(write: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + persistForMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isConnectionLost(error) || performance.now() > deadline) throw error;
      await sleep(persistEveryMs);
    }
  }
}

const persistForMs = 60_000;
const persistEveryMs = 500;

function toEnd({ state, failure }: BuildOutcome) {
  return failure === undefined ? { state } : { state, failure };
}

function toProduct({
  imageReference,
  manifestDigest,
  recipeDigest,
  sif,
  timingsMs,
}: BuildResult): BuildProduct {
  return {
    imageReference,
    manifestDigest,
    recipeDigest,
    ...(sif && { sif: { filename: basename(sif.path), sha256: sif.sha256, sizeBytes: sif.sizeBytes } }),
    timingsMs,
  };
}
