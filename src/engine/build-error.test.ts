import { expect, test } from 'vitest';
import type { RecipeInstruction } from '../recipe/recipe.ts';
import { type EngineFailure, toBuildError } from './build-error.ts';
import { createStageTracker } from './stage-tracker.ts';

const instructions: RecipeInstruction[] = [
  { stage: 'base', text: 'FROM cic-base' },
  { stage: 'pip', text: 'RUN pip install nothing' },
];

/** What is made of a failure while the last instruction ran and had printed a line. */
function failWith(failure: Partial<EngineFailure>, line = 'no such package', running = 1) {
  const tracker = createStageTracker(instructions, () => undefined);
  tracker.begin(running);
  tracker.log(line, 'stderr');
  return toBuildError({ engine: 'buildah', message: '', cause: undefined, ...failure }, tracker);
}

test('a failing instruction is told with its stage, exit code and last lines', () => {
  const message = 'Error: building at STEP "RUN pip install nothing": while running runtime: exit status 2';
  const error = failWith({ message });
  expect(error).toMatchObject({
    code: 'ENGINE_BUILD_FAILED',
    message: 'installing the Python packages failed (exit code 2)',
    hint: 'check the names and versions under `pip:` or in requirements.txt',
    details: { stage: 'pip', instruction: 'RUN pip install nothing', exitCode: 2 },
  });
  expect(error.details['lastLines']).toEqual(['no such package']);
});

test('an exit code that the instruction itself speaks of is not taken for its own', () => {
  const buildah =
    'Error: building at STEP "RUN echo exit code: 3; exit 7": while running runtime: exit status 7';
  const buildx =
    'ERROR: process "/bin/sh -c echo exit code: 3; exit 7" did not complete successfully: exit code: 7';
  expect(failWith({ message: buildah }).details['exitCode']).toBe(7);
  expect(failWith({ message: buildx }).details['exitCode']).toBe(7);
});

test('a full disk is told apart, whoever says it', () => {
  const said = 'write /x: no space left on device';
  expect(failWith({ message: `Error: ${said}` }).code).toBe('ENGINE_DISK_FULL');
  expect(failWith({ message: 'Error: exit status 1' }, said).code).toBe('ENGINE_DISK_FULL');
});

test('an engine that was killed is not blamed on the instruction', () => {
  expect(failWith({ message: 'Error: exit status 1', signal: 'SIGKILL' })).toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'buildah did not finish the build: it was killed (SIGKILL)',
  });
});

test("an engine's own failure is quoted, and so is that it gave none", () => {
  expect(failWith({ message: 'Error: first\nError: store is locked' })).toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'buildah did not finish the build: Error: store is locked',
  });
  expect(failWith({ message: '' }).message).toBe(
    'buildah did not finish the build: it ended without a reason',
  );
});

test('before the first instruction nothing is blamed on one', () => {
  const tracker = createStageTracker(instructions, () => undefined);
  const failure = { engine: 'buildah', message: 'Error: exit status 1', cause: undefined };
  expect(toBuildError(failure, tracker).code).toBe('ENGINE_UNAVAILABLE');
});
