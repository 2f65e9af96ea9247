import type { BuildEvent } from '../../build/events.ts';
import type { BuildFailure } from '../build-record.ts';
import type { FinalState } from '../build-states.ts';

/** What the service itself has to say between the events of the pipeline. */
export type ServiceEvent =
  | BuildEvent
  /** A worker has taken the build; beyond the first one, the service was interrupted. */
  | { readonly kind: 'attempt-started'; readonly attempt: number }
  /** The last entry. */
  | { readonly kind: 'ended'; readonly state: FinalState; readonly failure?: BuildFailure };

/** One line of `events.jsonl`. */
export type LogEntry = {
  /** Counts from 1 without gaps, over all attempts. */
  readonly seq: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string;
  readonly event: ServiceEvent;
};

/** Files of one build's log, in its folder. */
export const logFiles = {
  /** A {@link LogEntry} per line. */
  events: 'events.jsonl',
  /** What a person reads: lines of the programs that ran, under the titles of their stages. */
  text: 'build.log',
} as const;

/** The lines of the text log; most events have one, progress has none. */
export function formatEvent(event: ServiceEvent): string | undefined {
  switch (event.kind) {
    case 'log':
      return event.line;
    case 'stage-started':
      return `==> ${event.title}`;
    case 'stage-cached':
      return '==> from the cache';
    case 'warning':
      return event.hint === undefined
        ? `warning: ${event.message}`
        : `warning: ${event.message} (${event.hint})`;
    case 'attempt-started':
      return event.attempt === 1 ? undefined : `==> attempt ${event.attempt}: the service was interrupted`;
    case 'ended':
      return event.failure === undefined
        ? `==> ${event.state}`
        : `==> ${event.state}: ${event.failure.message}${event.failure.hint ? `\n    ${event.failure.hint}` : ''}`;
    default:
      return undefined;
  }
}
