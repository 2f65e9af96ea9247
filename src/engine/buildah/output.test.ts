import { expect, test } from 'vitest';
import type { RecipeInstruction } from '../../recipe/recipe.ts';
import type { EngineEvent } from '../events.ts';
import { createStageTracker } from '../stage-tracker.ts';
import { createOutputReader, findBuildahError } from './output.ts';

const instructions: RecipeInstruction[] = [
  { stage: 'base', text: 'FROM cic-base' },
  { stage: 'apt', text: 'RUN apt-get update' },
  { stage: 'pip', text: 'RUN pip install numpy' },
];

function readAll(lines: readonly string[], stream: 'stdout' | 'stderr' = 'stdout'): string[] {
  const events: EngineEvent[] = [];
  const tracker = createStageTracker(instructions, (event) => events.push(event));
  const read = createOutputReader(tracker);
  for (const line of lines) read(line, stream);
  tracker.end('done');
  return events.map((event) =>
    event.kind === 'log'
      ? `${event.stage}: ${event.line}`
      : `${event.kind} ${'stage' in event && event.stage}`,
  );
}

test('steps become stages, and what is between them is what they print', () => {
  const events = readAll([
    'STEP 1/3: FROM localhost/cic/base:6bbe1eae7d99',
    'STEP 2/3: RUN apt-get update',
    '--> Using cache 8a1c7307ffb11e9b8c8ed15ff2ab6b4bb3fa16eaeb9ed8df4ec4d1dfa9d38ec5',
    '--> 8a1c7307ffb',
    'STEP 3/3: RUN pip install numpy',
    'Close_Fd sealing memfd copy: Device or resource busy',
    'Collecting numpy',
    '--> 3d3909aca18',
    'COMMIT',
    '3d3909aca18d6c5c0c8e5b1de31ea6fb2ac2b6e5a4dd49e9c38ab1a1ad1efe4c',
  ]);
  expect(events).toEqual([
    'stage-started base',
    'stage-cached base',
    'stage-finished base',
    'stage-started apt',
    'stage-cached apt',
    'stage-finished apt',
    'stage-started pip',
    'pip: Collecting numpy',
    'stage-finished pip',
  ]);
});

test('only the step that comes next is believed', () => {
  const events = readAll(['STEP 1/3: FROM base', 'STEP 2/3: RUN x', 'STEP 1/9: FROM x', 'STEP 9/9: RUN y']);
  expect(events).toContain('apt: STEP 1/9: FROM x');
  expect(events).toContain('apt: STEP 9/9: RUN y');
});

test("buildah's own reasons are told apart from what instructions print", () => {
  const stderr = [
    'E: Unable to locate package nothing',
    'Error: building at STEP "RUN apt-get install nothing": while running runtime: exit status 100',
    'time="2026-11-24T14:00:00Z" level=error msg="exit status 100"',
    'time="2026-11-24T14:00:00Z" level=warning msg="nothing to see"',
  ].join('\n');
  expect(findBuildahError(stderr).split('\n')).toEqual([
    expect.stringMatching(/^Error: building at STEP/),
    expect.stringMatching(/level=error/),
  ]);
  expect(findBuildahError('')).toBe('');
});

test('an instruction of several lines is quoted in the reason, not printed', () => {
  const stderr = [
    'doomed',
    'Error: building at STEP "RUN bash -e -c echo doomed',
    '(exit 7)": exit status 7',
  ];
  const events = readAll(['STEP 1/3: FROM base', 'STEP 2/3: RUN ["bash"]', ...stderr], 'stderr');
  expect(events).toContain('apt: doomed');
  expect(events.join()).not.toContain('exit 7');
  expect(findBuildahError(stderr.join('\n'))).toBe(stderr.slice(1).join('\n'));
});
