import type { EngineEventListener } from '../../engine/events.ts';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { collectLines, type FailedSpack, toSpackError } from './explain.ts';

/** What a build runs Spack for. */
export type SpackWork = Omit<FailedSpack, 'lines'> & {
  /** The compiler that Spack builds before, `gcc@13`. */
  readonly compiler?: string | undefined;
};

/**
 * Listens to a build in which Spack runs in a stage of its own, and before it, where it builds a compiler, in that
 * of the toolchain.
 */
export function listenToSpack(
  stage: 'concretize' | 'spack',
  emit: EngineEventListener,
): {
  readonly onEvent: EngineEventListener;
  /** What made the build fail: an error of Spack in plain words, any other as it is. */
  explain(error: unknown, work: SpackWork): Promise<unknown>;
} {
  const compiling = collectLines('toolchain', emit);
  const { lines, onEvent } = collectLines(stage, compiling.onEvent);
  return {
    onEvent,
    async explain(error, { compiler, ...work }) {
      if (!isAppError(error, 'ENGINE_BUILD_FAILED')) return error;
      const failedStage = error.details['stage'];
      if (failedStage === stage) return toSpackError(error, { ...work, lines });
      if (failedStage !== 'toolchain' || compiler === undefined) return error;
      const { target, prepared } = work;
      const failed = {
        phase: 'install',
        lines: compiling.lines,
        specs: [compiler],
        target,
        prepared,
      } as const;
      return nameCompiler(await toSpackError(error, failed), compiler);
    },
  };
}

/** The package that failed may be one that nobody asked for, such as gmp. */
function nameCompiler({ code, message, hint, details, cause }: AppError, compiler: string): AppError {
  return new AppError(code, `the compiler ${compiler} could not be built: ${message}`, {
    hint: `${hint ?? 'read what Spack said'}; a compiler that the base image has need not be built`,
    details: { ...details, compiler },
    cause,
  });
}
