import { expect, test } from 'vitest';
import type { RecipeInstruction } from '../recipe/recipe.ts';
import type { EngineEvent } from './events.ts';
import { createStageTracker, type StageTracker } from './stage-tracker.ts';

const instructions: RecipeInstruction[] = [
  { stage: 'base', text: 'FROM cic-base' },
  { stage: 'apt', text: 'RUN first' },
  { stage: 'apt', text: 'RUN second' },
  { stage: 'finish', text: 'CMD ["/bin/bash"]' },
];

function observe(play: (tracker: StageTracker) => void): EngineEvent[] {
  const events: EngineEvent[] = [];
  play(createStageTracker(instructions, (event) => events.push(event)));
  return events;
}

test('instructions of one stage are one stage', () => {
  const events = observe((tracker) => {
    for (const index of instructions.keys()) tracker.begin(index);
    tracker.end('done');
  });
  expect(events).toEqual([
    { kind: 'stage-started', stage: 'base', title: 'Base image' },
    { kind: 'stage-cached', stage: 'base' },
    { kind: 'stage-finished', stage: 'base', outcome: 'done' },
    { kind: 'stage-started', stage: 'apt', title: 'Install apt packages' },
    { kind: 'stage-finished', stage: 'apt', outcome: 'done' },
    { kind: 'stage-started', stage: 'finish', title: 'Finish the image' },
    { kind: 'stage-finished', stage: 'finish', outcome: 'done' },
  ]);
});

test.each([
  { cached: [1, 2], isCached: true },
  { cached: [1], isCached: false },
  { cached: [2], isCached: false },
])('a stage of two instructions with $cached from the cache', ({ cached, isCached }) => {
  const events = observe((tracker) => {
    for (const index of [0, 1, 2, 3]) {
      tracker.begin(index);
      if (cached.includes(index)) tracker.cached();
    }
  });
  const stages = events.filter((event) => event.kind === 'stage-cached').map(({ stage }) => stage);
  expect(stages).toEqual(isCached ? ['base', 'apt'] : ['base']);
});

test('an instruction that begins again changes nothing, and neither does one that is not there', () => {
  const events = observe((tracker) => {
    tracker.begin(1);
    tracker.begin(1);
    tracker.begin(99);
  });
  expect(events.map(({ kind }) => kind)).toEqual(['stage-started']);
});

test('lines belong to the running stage; before the first one there is none', () => {
  const events = observe((tracker) => {
    tracker.log('too early', 'stdout');
    tracker.begin(1);
    tracker.log('Get:1', 'stderr');
  });
  expect(events.slice(1)).toEqual([{ kind: 'log', stage: 'apt', line: 'Get:1', stream: 'stderr' }]);
});

test('the last twenty lines of the running instruction are kept', () => {
  let kept: readonly string[] = [];
  observe((tracker) => {
    tracker.begin(1);
    tracker.log('of the instruction before', 'stdout');
    tracker.begin(2);
    for (let line = 1; line <= 25; line++) tracker.log(String(line), 'stdout');
    kept = tracker.lastLines();
  });
  expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 6)));
});

test('a stage that failed or was cancelled is never a cached one', () => {
  const events = observe((tracker) => {
    tracker.begin(0);
    tracker.end('failed');
  });
  expect(events.slice(1)).toEqual([{ kind: 'stage-finished', stage: 'base', outcome: 'failed' }]);
});

test('a build that ends before it began has no stage', () => {
  expect(observe((tracker) => tracker.end('cancelled'))).toEqual([]);
});
