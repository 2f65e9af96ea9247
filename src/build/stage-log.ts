import { isAppError } from '../errors/app-error.ts';
import type { BuildEvent, BuildEventListener, BuildStageId } from './events.ts';

/** Announces the stages of one build and keeps how long each took. */
export type StageLog = {
  /** Hands on an event that somebody else made, such as the engine. */
  emit(event: BuildEvent): void;
  /** Runs a stage of the pipeline itself between its start and finish events. */
  run<T>(stage: BuildStageId, title: string, work: () => Promise<T>): Promise<T>;
  /** A stage that had nothing to do. */
  runCached(stage: BuildStageId, title: string): void;
  timingsMs(): Partial<Record<BuildStageId, number>>;
};

/** @param now Monotonic clock in milliseconds. */
export function createStageLog(listener: BuildEventListener, now: () => number): StageLog {
  const startedAtMs = new Map<BuildStageId, number>();
  const timings: Partial<Record<BuildStageId, number>> = {};
  const emit = (event: BuildEvent) => {
    if (event.kind === 'stage-started') startedAtMs.set(event.stage, now());
    if (event.kind === 'stage-finished') {
      const started = startedAtMs.get(event.stage);
      if (started !== undefined)
        timings[event.stage] = (timings[event.stage] ?? 0) + Math.round(now() - started);
    }
    listener(event);
  };
  return {
    emit,
    async run(stage, title, work) {
      emit({ kind: 'stage-started', stage, title });
      try {
        const result = await work();
        emit({ kind: 'stage-finished', stage, outcome: 'done' });
        return result;
      } catch (error) {
        emit({
          kind: 'stage-finished',
          stage,
          outcome: isAppError(error, 'CANCELLED') ? 'cancelled' : 'failed',
        });
        throw error;
      }
    },
    runCached(stage, title) {
      emit({ kind: 'stage-started', stage, title });
      emit({ kind: 'stage-cached', stage });
      emit({ kind: 'stage-finished', stage, outcome: 'done' });
    },
    timingsMs: () => ({ ...timings }),
  };
}
