import type { LogEntry } from '../../../src/client/follow-build.ts';

type LogEvent = LogEntry['event'];
export type Progress = Omit<Extract<LogEvent, { kind: 'progress' }>, 'kind' | 'stage'>;

/** A stage of a build, as far as its log has told. */
export type TimelineStage = {
  readonly id: string;
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly isCached: boolean;
  /** RFC 3339; of its last run. */
  readonly startedAt: string;
  /** Null while it runs. */
  readonly finishedAt: string | null;
  /** What its earlier runs took: some stages come several times. */
  readonly earlierMs: number;
  readonly progress: Progress | null;
  /** Where it begins in the log: how many rows were before it. */
  readonly row: number;
};

export type Timeline = {
  /** Beyond 1 after an interruption of the service; 0 before the first one. */
  readonly attempt: number;
  readonly stages: readonly TimelineStage[];
  readonly hasEnded: boolean;
};

export const emptyTimeline: Timeline = { attempt: 0, stages: [], hasEnded: false };

/** @param row How many rows the log has before this entry. */
export function addToTimeline(timeline: Timeline, { at, event }: LogEntry, row: number): Timeline {
  switch (event.kind) {
    case 'attempt-started':
      return { ...emptyTimeline, attempt: event.attempt };
    case 'stage-started':
      return withStage(timeline, startStage(timeline, { id: event.stage, title: event.title, at, row }));
    case 'stage-cached':
      return change(timeline, event.stage, () => ({ isCached: true }));
    case 'progress': {
      const { kind: _, stage, ...progress } = event;
      return change(timeline, stage, () => ({ progress }));
    }
    case 'stage-finished':
      return change(timeline, event.stage, () => ({ state: event.outcome, finishedAt: at }));
    case 'ended':
      return endAll(timeline, at);
    default:
      return timeline;
  }
}

type Start = { readonly id: string; readonly title: string; readonly at: string; readonly row: number };

function startStage({ stages }: Timeline, { id, title, at, row }: Start): TimelineStage {
  const earlier = stages.find((stage) => stage.id === id);
  return {
    id,
    title,
    state: 'running',
    isCached: false,
    startedAt: at,
    finishedAt: null,
    earlierMs: earlier === undefined ? 0 : stageMs(earlier, at),
    progress: null,
    row: earlier?.row ?? row,
  };
}

function withStage(timeline: Timeline, stage: TimelineStage): Timeline {
  const isKnown = timeline.stages.some(({ id }) => id === stage.id);
  const stages = isKnown
    ? timeline.stages.map((known) => (known.id === stage.id ? stage : known))
    : [...timeline.stages, stage];
  return { ...timeline, stages };
}

function change(
  timeline: Timeline,
  id: string,
  toChange: (stage: TimelineStage) => Partial<TimelineStage>,
): Timeline {
  const stages = timeline.stages.map((stage) => (stage.id === id ? { ...stage, ...toChange(stage) } : stage));
  return { ...timeline, stages };
}

/** What was killed has said no last word. */
function endAll(timeline: Timeline, at: string): Timeline {
  const stages = timeline.stages.map((stage) =>
    stage.state === 'running' ? ({ ...stage, state: 'cancelled', finishedAt: at } as const) : stage,
  );
  return { ...timeline, stages, hasEnded: true };
}

/** All runs of a stage together; `now` for one that goes on. */
export function stageMs({ earlierMs, startedAt, finishedAt }: TimelineStage, now: string): number {
  return earlierMs + Date.parse(finishedAt ?? now) - Date.parse(startedAt);
}

/** Where one that ran without a break would have begun. */
export function stageBegin({ earlierMs, startedAt }: TimelineStage): string {
  return new Date(Date.parse(startedAt) - earlierMs).toISOString();
}

/** What goes on: the stage that began last. */
export function currentStage({ stages }: Timeline): TimelineStage | undefined {
  return stages
    .filter(({ state }) => state === 'running')
    .reduce<TimelineStage | undefined>(
      (last, stage) => (last === undefined || stage.startedAt >= last.startedAt ? stage : last),
      undefined,
    );
}
