import type { BuildStageId } from '../build/events.ts';

/**
 * ```
 *            claimed              ended well
 *  queued ───────────► running ───────────────► succeeded
 *    │  ▲               │ │ │
 *    │  └── shutdown ───┘ │ └─ too long ──────► timed_out
 *    │                    └── an error ───────► failed
 *    └───────── cancelled by a user ──────────► cancelled   (from running too)
 * ```
 *
 * A build whose worker died stays `running` until another worker claims it.
 */
export const buildStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;
export type BuildState = (typeof buildStates)[number];

/** What a running build is at. */
export const phases = ['resolving', 'building', 'converting', 'publishing'] as const;
export type Phase = (typeof phases)[number];

export const finalStates = ['succeeded', 'failed', 'cancelled', 'timed_out'] as const;
export type FinalState = (typeof finalStates)[number];

export function isFinal(state: BuildState): state is FinalState {
  return (finalStates as readonly BuildState[]).includes(state);
}

/** Stages of the pipeline that are a phase of their own; all others are `building`. */
const phaseOfStage: Readonly<Partial<Record<BuildStageId, Phase>>> = {
  resolve: 'resolving',
  convert: 'converting',
  push: 'publishing',
  publish: 'publishing',
  attest: 'publishing',
};

export function toPhase(stage: BuildStageId): Phase {
  return phaseOfStage[stage] ?? 'building';
}
