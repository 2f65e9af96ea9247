import { createLineSplitter, type LineSplitter } from '../../exec/lines.ts';
import type { RecipeInstruction } from '../../recipe/recipe.ts';
import type { StageTracker } from '../stage-tracker.ts';
import type { SolveStatus, Vertex, VertexLog } from './solve-status.ts';

export type VertexTracker = {
  onStatus(status: SolveStatus): void;
  /** Every instruction is done, those without a step of their own included. */
  complete(): void;
  /** What the steps that failed gave as their reasons. */
  errors(): readonly string[];
};

/**
 * Tells from BuildKit's steps which instruction runs. Only instructions that change files have steps,
 * named `[stage-0 2/4] COPY …`; the others (ENV, LABEL…) take no time and count as the one before them.
 */
export function createVertexTracker(
  instructions: readonly RecipeInstruction[],
  tracker: StageTracker,
): VertexTracker {
  const operations = instructions.flatMap(({ text }, index) => (isOperation(text) ? [index] : []));
  const splitters = new Map<string, LineSplitter>();
  const indexes = new Map<string, number>();
  const errors = new Map<string, string>();
  let begun = -1;
  let isCached = true;
  const beginUpTo = (last: number) => {
    while (begun < last) {
      begun++;
      tracker.begin(begun);
      if (isCached && !isOperation(instructions[begun]?.text ?? '')) tracker.cached();
    }
  };
  const onVertex = ({ digest, name, started, cached, error }: Vertex) => {
    if (error) errors.set(digest, error);
    const index = findInstruction(name, operations);
    if (index === undefined) return;
    indexes.set(digest, index);
    if (started === undefined || index < begun) return;
    beginUpTo(index);
    isCached = cached === true;
    if (isCached) tracker.cached();
  };
  const onLog = ({ vertex, stream, data }: VertexLog) => {
    if (indexes.get(vertex) !== begun) return;
    const key = `${vertex} ${stream}`;
    const name = stream === 2 ? 'stderr' : 'stdout';
    const splitter = splitters.get(key) ?? createLineSplitter((line) => tracker.log(line, name));
    splitters.set(key, splitter);
    splitter.push(Buffer.from(data, 'base64').toString());
  };
  return {
    onStatus({ vertexes = [], logs = [] }) {
      const position = ({ name }: Vertex) => findInstruction(name, operations) ?? -1;
      vertexes.toSorted((a, b) => position(a) - position(b)).forEach(onVertex);
      logs.forEach(onLog);
    },
    complete() {
      for (const splitter of splitters.values()) splitter.flush();
      beginUpTo(instructions.length - 1);
    },
    errors: () => [...errors.values()],
  };
}

function isOperation(instruction: string): boolean {
  return /^(RUN|COPY|ADD|WORKDIR)\s/i.test(instruction);
}

/** Positions count from 1; a base image that is a named context has none. */
function findInstruction(name: string, operations: readonly number[]): number | undefined {
  const position = /^\[(?:\S+ )?(\d+)\/\d+\] /.exec(name)?.[1];
  return position === undefined ? undefined : operations[Number(position) - 1];
}
