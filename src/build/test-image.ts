import type { BuiltImage } from '../engine/port.ts';
import { AppError, isAppError } from '../errors/app-error.ts';
import { findMicroarchitecture, isCompatible } from '../machine/microarchitecture.ts';
import type { Digest } from '../oci/digest.ts';
import { planTestRun, type TestRun } from '../recipe/test-run.ts';
import type { BuildRequest } from '../request/build-request.ts';
import type { PublishContext } from './publish-context.ts';

export type ExportedImage = {
  readonly image: BuiltImage;
  readonly layout: string;
  readonly manifestDigest: Digest;
};

/**
 * Runs the step's own tests in the finished image, if this machine can run code for the target; else a
 * warning says that they were skipped, and why.
 *
 * @throws BUILD_TEST_FAILED - `details` has `command`, `exitCode` and `lastLines`
 */
export async function testImage(exported: ExportedImage, context: PublishContext): Promise<void> {
  const { step, request, deps, options, stages } = context;
  const run = step && planTestRun(step);
  if (run === undefined || run.tests.length === 0) return;
  const obstacle = findObstacle(request, await deps.findHostMicroarchitecture());
  if (obstacle !== undefined) {
    stages.emit({
      kind: 'warning',
      message: `the tests of the step were skipped: ${obstacle}`,
      hint: 'run them on the target, or build on a machine of its kind',
    });
    return;
  }
  const { platform } = request.machine;
  const imageRun = { ...exported, platform, instructions: run.instructions };
  const noCache = options.noCache ?? request.force;
  await deps.engine
    .runOn(imageRun, { signal: options.signal, onEvent: stages.emit, noCache })
    .catch((error) => {
      throw isAppError(error, 'ENGINE_BUILD_FAILED') ? toTestError(error, run) : error;
    });
}

/** Why this machine cannot run code for the target, or undefined. */
function findObstacle({ machine }: BuildRequest, hostName: string | undefined): string | undefined {
  const host = hostName === undefined ? undefined : findMicroarchitecture(hostName);
  const target = findMicroarchitecture(machine.microarchitecture);
  if (host === undefined) return "this machine's microarchitecture is not known";
  if (target !== undefined && isCompatible(target, host)) return undefined;
  return `this machine (${host.name}) does not run code for ${machine.microarchitecture}`;
}

function toTestError(error: AppError, { tests }: TestRun): AppError {
  const { instruction, exitCode, lastLines } = error.details;
  const index = tests.findIndex((test) => test.instruction.text === instruction);
  const command = tests[index]?.command.trim() ?? String(instruction);
  const [firstLine = '', ...moreLines] = command.split('\n');
  const shown = moreLines.length === 0 ? firstLine : `${firstLine} …`;
  const which = `test ${index + 1} of ${tests.length}`;
  return new AppError('BUILD_TEST_FAILED', `${which} failed (exit code ${exitCode}): ${shown}`, {
    hint: 'nothing was published; add `set -x` to the test to see each command',
    details: { command, exitCode, lastLines },
    cause: error,
  });
}
