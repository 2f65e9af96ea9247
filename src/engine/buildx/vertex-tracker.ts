import { StringDecoder } from 'node:string_decoder';
import { createLineSplitter, type LineSplitter } from '../../exec/lines.ts';
import type { RecipeInstruction } from '../../recipe/recipe.ts';
import type { StageTracker } from '../stage-tracker.ts';
import type { SolveStatus, Vertex, VertexLog } from './solve-status.ts';

export type VertexTracker = {
  onStatus(status: SolveStatus): void;
  /** Every instruction is done, those without a step of their own included. */
  complete(): void;
  /** The build ended before that: what the running step printed is complete. */
  fail(): void;
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
  const indexes = new Map<string, number>();
  const errors = new Map<string, string>();
  const lines = createLogReader((line, stream) => tracker.log(line, stream));
  let begun = -1;
  let isCached = true;
  const beginUpTo = (last: number) => {
    if (begun < last) lines.flush();
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
  return {
    onStatus({ vertexes = [], logs = [] }) {
      const position = ({ name }: Vertex) => findInstruction(name, operations) ?? -1;
      const pending = new Set(logs);
      const readLogs = () => {
        for (const log of pending) {
          const index = indexes.get(log.vertex);
          if (index === undefined || index > begun) continue;
          pending.delete(log);
          lines.read(log);
        }
      };
      // One report may tell the end of a step, what it printed, and the start of the next one.
      for (const vertex of vertexes.toSorted((a, b) => position(a) - position(b))) {
        readLogs();
        onVertex(vertex);
      }
      readLogs();
    },
    complete() {
      beginUpTo(instructions.length - 1);
      lines.flush();
    },
    fail: () => lines.flush(),
    errors: () => [...errors.values()],
  };
}

type LogReader = {
  read(log: VertexLog): void;
  /** The running step ends: its last line may have no line end. */
  flush(): void;
};

/** Puts lines together: pieces end anywhere, also inside a letter. */
function createLogReader(onLine: (line: string, stream: 'stdout' | 'stderr') => void): LogReader {
  type Reader = { readonly decoder: StringDecoder; readonly splitter: LineSplitter };
  const readers = new Map<string, Reader>();
  const create = (stream: number): Reader => ({
    decoder: new StringDecoder('utf8'),
    splitter: createLineSplitter((line) => onLine(line, stream === 2 ? 'stderr' : 'stdout')),
  });
  return {
    read({ vertex, stream, data }) {
      const key = `${vertex} ${stream}`;
      const reader = readers.get(key) ?? create(stream);
      readers.set(key, reader);
      reader.splitter.push(reader.decoder.write(Buffer.from(data, 'base64')));
    },
    flush() {
      for (const { decoder, splitter } of readers.values()) {
        splitter.push(decoder.end());
        splitter.flush();
      }
      readers.clear();
    },
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
