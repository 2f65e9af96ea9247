import { AppError } from '../errors/app-error.ts';
import type { StageTracker } from './stage-tracker.ts';

/** What an engine's own process said when it failed. */
export type EngineFailure = {
  readonly engine: string;
  /** Everything that it printed as its own error, not what the instruction printed; empty when it died. */
  readonly message: string;
  /** Signal that ended the engine's process. */
  readonly signal?: string | undefined;
  readonly cause: unknown;
};

/** Finds the reason in what a failing engine left: instruction, disk, or the engine itself. */
export function toBuildError(failure: EngineFailure, tracker: StageTracker): AppError {
  const { engine, message, signal, cause } = failure;
  const instruction = tracker.current();
  const lastLines = tracker.lastLines();
  const details = { stage: instruction?.stage, instruction: instruction?.text, lastLines };
  if (/no space left on device/i.test(`${message}\n${lastLines.join('\n')}`)) {
    return new AppError(
      'ENGINE_DISK_FULL',
      `${engine} ran out of disk space in the stage ${instruction?.stage ?? 'base'}`,
      {
        hint: 'free space where the engine keeps its images and build again: finished layers are kept',
        details,
        cause,
      },
    );
  }
  const exitCode = findExitCode(message);
  if (signal !== undefined || instruction === undefined || Number.isNaN(exitCode)) {
    const how = signal === undefined ? lastLineOf(message) : `it was killed (${signal})`;
    return new AppError('ENGINE_UNAVAILABLE', `${engine} did not finish the build: ${how}`, {
      hint: 'run `cic doctor`; if the engine is well, build again: finished layers are kept',
      details,
      cause,
    });
  }
  return new AppError('ENGINE_BUILD_FAILED', describe(instruction.stage, exitCode), {
    hint: stageHints[instruction.stage] ?? 'read the last lines of the log',
    details: { ...details, exitCode },
    cause,
  });
}

const stageHints: Readonly<Record<string, string>> = {
  apt: 'check the names under `apt:`; `apt-cache search` on a machine of the same suite finds them',
  pip: 'check the names and versions under `pip:` or in requirements.txt',
  'post-install':
    'run post_inst.sh by hand in a container of the base image, or add `set -x` to see each command',
};

function describe(stage: string, exitCode: number): string {
  const what: Readonly<Record<string, string>> = {
    apt: 'installing the apt packages failed',
    pip: 'installing the Python packages failed',
    spack: 'installing the Spack packages failed',
    step: "copying the step's files failed",
    'post-install': 'post_inst.sh failed',
  };
  return `${what[stage] ?? `the stage ${stage} failed`} (exit code ${exitCode})`;
}

/** The last one counts: engines quote the instruction, which may speak of exit codes too, before its end. */
function findExitCode(message: string): number {
  const last = [...message.matchAll(/exit (?:status|code:?) (\d+)/g)].at(-1);
  return Number(last?.[1] ?? Number.NaN);
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) || 'it ended without a reason';
}
