import { basename } from 'node:path';
import type { BuildEvent } from '../build/events.ts';
import type { BuildPlan } from '../build/plan.ts';
import type { BuildResult } from '../build/result.ts';
import { AppError } from '../errors/app-error.ts';
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
 * Builds what the queue hands out, from the claim to the last word, with its log.
 *
 * @throws CANCELLED - the service ends; the queue hands the build out again
 */
export async function runQueuedBuild(buildId: string, deps: WorkerDependencies): Promise<void> {
  const claimed = await deps.store.claim(buildId, deps.limits.crashes);
  if (claimed.kind === 'gone') return;
  const { build, claim } = claimed;
  const log = await openLog(deps.folders.ofBuild(build.id), deps);
  const stopper = createStopper(claim, deps);
  let outcome: BuildOutcome | undefined;
  try {
    log.append({ kind: 'attempt-started', attempt: claim.attempt });
    outcome = await buildWithLog(build, claim, { deps, log, stopper });
    if (outcome !== undefined) log.append({ kind: 'ended', ...toEnd(outcome) });
  } finally {
    stopper.dispose();
    await log.close();
  }
  if (log.failure !== undefined) deps.onFault(log.failure, build.id);
  await settle(claim, { outcome, reason: stopper.reason(), deps });
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

async function settle(claim: Claim, { outcome, reason, deps }: Settlement): Promise<void> {
  if (outcome !== undefined) {
    await deps.store.finish(claim, outcome);
    return;
  }
  if (reason?.kind !== 'shutdown') return;
  await deps.store.release(claim);
  throw new AppError('CANCELLED', 'the service ends; the build is taken up again when it starts');
}

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
