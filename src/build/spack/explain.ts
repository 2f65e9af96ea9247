import type { EngineEvent, EngineEventListener } from '../../engine/events.ts';
import { AppError } from '../../errors/app-error.ts';
import type { RecipeStageId } from '../../recipe/recipe.ts';
import type { Environment } from '../../spack/environment.ts';
import type { PreparedTools } from './spack-port.ts';

const keptLines = 5_000;

/** Listens to a stage, so that what Spack said can be explained. */
export function collectLines(
  stage: RecipeStageId,
  emit: EngineEventListener,
): { readonly lines: string[]; readonly onEvent: EngineEventListener } {
  const lines: string[] = [];
  const onEvent = (event: EngineEvent) => {
    if (event.kind === 'log' && event.stage === stage) {
      lines.push(event.line);
      if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines);
    }
    emit(event);
  };
  return { lines, onEvent };
}

export type FailedSpack = {
  readonly phase: 'concretize' | 'install';
  readonly lines: readonly string[];
  readonly environment?: Environment;
  /** archspec name. */
  readonly target: string;
  readonly prepared: PreparedTools;
};

/** What a failure of Spack means for the person who wrote the step. */
export async function toSpackError(error: AppError, failed: FailedSpack): Promise<AppError> {
  return new AppError('SPACK_FAILED', `Spack could not ${failed.phase} the environment`, {
    details: { ...error.details, lastLines: failed.lines.slice(-20) },
    cause: error,
  });
}
