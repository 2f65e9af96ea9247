import type { BuildEvent, BuildStageId } from '../../build/events.ts';

export type StageView = {
  readonly stage: BuildStageId;
  readonly title: string;
  readonly startedAtMs: number;
  /** Absent while it runs. */
  readonly finishedAtMs?: number;
  readonly outcome: 'running' | 'done' | 'cached' | 'failed' | 'cancelled';
  readonly progress?: StageProgress;
  /** The last lines that the stage printed. */
  readonly lines: readonly string[];
};

export type StageProgress = Omit<Extract<BuildEvent, { kind: 'progress' }>, 'kind' | 'stage'>;

/** A build as a person sees it: its stages in the order they began. */
export type BuildView = {
  readonly startedAtMs: number;
  readonly stages: readonly StageView[];
  readonly warnings: readonly string[];
};

/** Lines that are kept of every stage. */
const keptLines = 12;

export function createBuildView(nowMs: number): BuildView {
  return { startedAtMs: nowMs, stages: [], warnings: [] };
}

/** What the build looks like after an event. */
export function updateBuildView(view: BuildView, event: BuildEvent, nowMs: number): BuildView {
  if (event.kind === 'warning') {
    const text = event.hint === undefined ? event.message : `${event.message} (${event.hint})`;
    return { ...view, warnings: [...view.warnings, text] };
  }
  const isKnown = view.stages.some(({ stage }) => stage === event.stage);
  const stages = isKnown ? view.stages : [...view.stages, newStage(event, nowMs)];
  return {
    ...view,
    stages: stages.map((stage) => (stage.stage === event.stage ? updateStage(stage, event, nowMs) : stage)),
  };
}

type OfStage = Exclude<BuildEvent, { kind: 'warning' }>;

function newStage(event: OfStage, nowMs: number): StageView {
  return { stage: event.stage, title: event.stage, startedAtMs: nowMs, outcome: 'running', lines: [] };
}

function updateStage(stage: StageView, event: OfStage, nowMs: number): StageView {
  switch (event.kind) {
    case 'stage-started':
      return { ...withoutEnd(stage), title: event.title, outcome: 'running' };
    case 'stage-cached':
      return { ...stage, outcome: 'cached' };
    case 'progress': {
      const { kind: _kind, stage: _stage, ...progress } = event;
      return { ...stage, progress };
    }
    case 'log':
      return { ...stage, lines: [...stage.lines, event.line].slice(-keptLines) };
    case 'stage-finished': {
      const outcome = event.outcome === 'done' && stage.outcome === 'cached' ? 'cached' : event.outcome;
      return { ...stage, outcome, finishedAtMs: nowMs };
    }
  }
}

/** A stage may have several parts, one after the other. */
function withoutEnd({ finishedAtMs: _, ...stage }: StageView): StageView {
  return stage;
}
