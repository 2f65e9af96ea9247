import { expect, test } from 'vitest';
import type { RecipeInstruction } from '../../recipe/recipe.ts';
import type { EngineEvent } from '../events.ts';
import { createStageTracker } from '../stage-tracker.ts';
import type { SolveStatus, Vertex } from './solve-status.ts';
import { createVertexTracker } from './vertex-tracker.ts';

const instructions: RecipeInstruction[] = [
  { stage: 'base', text: 'FROM cic-base' },
  { stage: 'apt', text: 'RUN apt-get update' },
  { stage: 'apt', text: 'ENV A=b' },
  { stage: 'step', text: 'COPY --from=cic-step ["s/","/s/"]' },
  { stage: 'finish', text: 'LABEL a=b' },
];

const run = { digest: 'sha256:1', name: '[stage-0 1/3] RUN apt-get update' };
const copy = { digest: 'sha256:2', name: '[stage-0 2/3] COPY --from=cic-step [s/,/s/]' };
const started = { started: '2026-01-01T00:00:00Z' };
const cached = { ...started, completed: started.started, cached: true };

function track(statuses: readonly SolveStatus[]): string[] {
  const events: EngineEvent[] = [];
  const tracker = createStageTracker(instructions, (event) => events.push(event));
  const vertices = createVertexTracker(instructions, tracker);
  tracker.begin(0);
  for (const status of statuses) vertices.onStatus(status);
  vertices.complete();
  tracker.end('done');
  return events.map((event) =>
    event.kind === 'log'
      ? `${event.stage}: ${event.line}`
      : `${event.kind} ${'stage' in event && event.stage}`,
  );
}

const log = (vertex: Vertex, text: string) => ({
  logs: [{ vertex: vertex.digest, stream: 1, data: Buffer.from(text).toString('base64') }],
});

test('steps become stages; lines are put together from pieces', () => {
  const events = track([
    { vertexes: [copy, run] },
    { vertexes: [{ ...run, ...started }] },
    log(run, 'Get:1 fi'),
    log(run, 'le\nGet:2\n'),
    { vertexes: [{ ...copy, ...started }] },
  ]);
  expect(events).toEqual([
    'stage-started base',
    'stage-cached base',
    'stage-finished base',
    'stage-started apt',
    'apt: Get:1 file',
    'apt: Get:2',
    'stage-finished apt',
    'stage-started step',
    'stage-finished step',
    'stage-started finish',
    'stage-finished finish',
  ]);
});

test('what a step printed is not lost when the report already tells of the next one', () => {
  const report = {
    vertexes: [
      { ...copy, ...started },
      { ...run, ...started, completed: started.started },
    ],
    ...log(run, 'quick\n'),
  };
  const events = track([report]);
  expect(events.indexOf('apt: quick')).toBeGreaterThan(0);
  expect(events.indexOf('apt: quick')).toBeLessThan(events.indexOf('stage-started step'));
});

test('a last line without a line end belongs to the step that printed it', () => {
  const events = track([
    { vertexes: [{ ...run, ...started }] },
    log(run, 'no line end'),
    { vertexes: [{ ...run, ...started, completed: started.started }] },
    { vertexes: [{ ...copy, ...started }] },
  ]);
  expect(events).toContain('apt: no line end');
});

test('a letter that is cut in two by the pieces is one letter', () => {
  const [head, tail] = [Buffer.from('é').subarray(0, 1), Buffer.from('é\n').subarray(1)];
  const piece = (data: Buffer) => ({
    logs: [{ vertex: run.digest, stream: 1, data: data.toString('base64') }],
  });
  expect(track([{ vertexes: [{ ...run, ...started }] }, piece(head), piece(tail)])).toContain('apt: é');
});

test('cached steps are cached stages in whatever order they are reported', () => {
  const events = track([
    {
      vertexes: [
        { ...copy, ...cached },
        { ...run, ...cached },
      ],
    },
  ]);
  expect(events.filter((event) => event.startsWith('stage-cached'))).toEqual([
    'stage-cached base',
    'stage-cached apt',
    'stage-cached step',
    'stage-cached finish',
  ]);
});

test('the last line of a step that failed is kept without its line end', () => {
  const tracker = createStageTracker(instructions, () => undefined);
  const vertices = createVertexTracker(instructions, tracker);
  vertices.onStatus({ vertexes: [{ ...run, ...started }], ...log(run, 'why it failed') });
  vertices.fail();
  expect(tracker.lastLines()).toEqual(['why it failed']);
});

test('the reason of a failed step is kept', () => {
  const vertices = createVertexTracker(
    instructions,
    createStageTracker(instructions, () => undefined),
  );
  vertices.onStatus({ vertexes: [{ ...run, ...started, error: 'exit code: 7' }] });
  expect(vertices.errors()).toEqual(['exit code: 7']);
});
