import type { EngineEvent, EngineEventListener } from '../events.ts';

/** What BuildKit writes in place of what it leaves out. @see BuildKit, util/progress/logs */
const clippedLine = /^\[output clipped, log limit (\S+) reached\]$/;

/** Passes events on, and warns once when BuildKit leaves out some of what instructions print. */
export function warnOfLogLimit(listener: EngineEventListener): EngineEventListener {
  let hasWarned = false;
  return (event) => {
    listener(event);
    const limit = event.kind === 'log' ? clippedLine.exec(event.line)?.[1] : undefined;
    if (limit === undefined || hasWarned) return;
    hasWarned = true;
    listener(toWarning(limit));
  };
}

function toWarning(limit: string): EngineEvent {
  return {
    kind: 'warning',
    message: `Docker's BuildKit leaves out what an instruction prints beyond ${limit}; the build itself goes on`,
    hint: 'start dockerd with BUILDKIT_STEP_LOG_MAX_SIZE=-1 and BUILDKIT_STEP_LOG_MAX_SPEED=-1 in its environment',
  };
}
