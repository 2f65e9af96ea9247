import type { Build, BuildState } from '../api/client.ts';

/** How a state of a build is shown: the word and the shape say it, the colour underlines it. */
export type StatusLook = {
  readonly label: string;
  readonly color: string;
  readonly icon: 'clock' | 'spinner' | 'check' | 'cross' | 'stop' | 'hourglass';
};

export const statusLooks: Readonly<Record<BuildState, StatusLook>> = {
  queued: { label: 'Waiting', color: 'gray', icon: 'clock' },
  running: { label: 'Running', color: 'blue', icon: 'spinner' },
  succeeded: { label: 'Succeeded', color: 'green', icon: 'check' },
  failed: { label: 'Failed', color: 'red', icon: 'cross' },
  cancelled: { label: 'Cancelled', color: 'gray', icon: 'stop' },
  timed_out: { label: 'Timed out', color: 'orange', icon: 'hourglass' },
};

const phaseLabels: Readonly<Record<NonNullable<Build['phase']>, string>> = {
  resolving: 'Resolving',
  building: 'Building',
  converting: 'Converting',
  publishing: 'Publishing',
};

/** A running build says what it is at, and one that is being cancelled that. */
export function statusLabel({
  state,
  phase,
  cancel_requested,
}: Pick<Build, 'state' | 'phase' | 'cancel_requested'>): string {
  if (state !== 'running') return statusLooks[state].label;
  if (cancel_requested) return 'Cancelling';
  return phase === null ? statusLooks.running.label : phaseLabels[phase];
}
