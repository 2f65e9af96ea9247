import type { LogEntry } from '../../../../src/client/follow-build.ts';
import type { AnsiStyle } from './ansi.ts';

/** A line of the log as it is shown. */
export type LogRow = {
  readonly text: string;
  readonly kind: 'line' | 'stage' | 'note' | 'warning' | 'failure' | 'end';
  /** Empty for what belongs to none. */
  readonly stage: string;
  /** RFC 3339. */
  readonly at: string;
  /** What lines before it have left set. */
  readonly before?: AnsiStyle;
};

/** Most entries are a row, progress is none, and a message of several lines is several. */
export function toRows({ at, event }: LogEntry): readonly LogRow[] {
  switch (event.kind) {
    case 'log':
      return [{ text: event.line, kind: 'line', stage: event.stage, at }];
    case 'stage-started':
      return [{ text: event.title, kind: 'stage', stage: event.stage, at }];
    case 'stage-cached':
      return [{ text: 'from the cache', kind: 'note', stage: event.stage, at }];
    case 'warning':
      return split(`warning: ${event.message}${event.hint === undefined ? '' : ` (${event.hint})`}`, {
        kind: 'warning',
        at,
      });
    case 'attempt-started':
      if (event.attempt === 1) return [];
      return split(`attempt ${event.attempt}: the service was interrupted`, { kind: 'stage', at });
    case 'ended':
      return toEnd(event, at);
    default:
      return [];
  }
}

function toEnd(
  { state, failure }: Extract<LogEntry['event'], { kind: 'ended' }>,
  at: string,
): readonly LogRow[] {
  if (failure === undefined) return split(state.replace('_', ' '), { kind: 'end', at });
  const hint = failure.hint === undefined ? '' : `\n${failure.hint}`;
  return split(`${state.replace('_', ' ')}: ${failure.message}${hint}`, {
    kind: state === 'cancelled' ? 'end' : 'failure',
    at,
  });
}

function split(text: string, { kind, at }: Pick<LogRow, 'kind' | 'at'>): readonly LogRow[] {
  return text.split('\n').map((line) => ({ text: line, kind, stage: '', at }));
}
