import type { RecipeInstruction, RecipeStageId } from '../recipe/recipe.ts';
import type { EngineEventListener } from './events.ts';

const stageTitles: Readonly<Record<RecipeStageId, string>> = {
  base: 'Base image',
  toolchain: 'Make the image that builds packages',
  concretize: 'Choose versions of Spack packages',
  extract: 'Read the result',
  apt: 'Install apt packages',
  spack: 'Install Spack packages',
  pip: 'Install Python packages',
  step: "Copy the step's files",
  'post-install': 'Run post_inst.sh',
  slim: 'Take what runs',
  check: 'Check that nothing is missing',
  finish: 'Finish the image',
  test: 'Run the tests of the step',
};

const keptLines = 20;

/** Turns progress by instruction into progress by stage. */
export type StageTracker = {
  /** The instruction with this index begins; every earlier one is done. */
  begin(index: number): void;
  /** The running instruction's result came from the cache. */
  cached(): void;
  log(line: string, stream: 'stdout' | 'stderr'): void;
  end(outcome: 'done' | 'failed' | 'cancelled'): void;
  /** The instruction that runs, or ran last. */
  current(): RecipeInstruction | undefined;
  /** Last lines that the running instruction has printed. */
  lastLines(): readonly string[];
};

export function createStageTracker(
  instructions: readonly RecipeInstruction[],
  emit: EngineEventListener,
): StageTracker {
  let instruction: RecipeInstruction | undefined;
  let isStageCached = true;
  let isInstructionCached = true;
  let lines: string[] = [];
  const finishStage = (outcome: 'done' | 'failed' | 'cancelled') => {
    if (instruction === undefined) return;
    const { stage } = instruction;
    if (outcome === 'done' && isStageCached && isInstructionCached) emit({ kind: 'stage-cached', stage });
    emit({ kind: 'stage-finished', stage, outcome });
  };
  return {
    begin(index) {
      const next = instructions[index];
      if (next === undefined || next === instruction) return;
      if (next.stage === instruction?.stage) {
        isStageCached &&= isInstructionCached;
      } else {
        finishStage('done');
        isStageCached = true;
        emit({ kind: 'stage-started', stage: next.stage, title: stageTitles[next.stage] });
      }
      instruction = next;
      isInstructionCached = next.text.startsWith('FROM ');
      lines = [];
    },
    cached() {
      isInstructionCached = true;
    },
    log(line, stream) {
      if (instruction === undefined) return;
      lines = [...lines.slice(1 - keptLines), line];
      emit({ kind: 'log', stage: instruction.stage, line, stream });
    },
    end: finishStage,
    current: () => instruction,
    lastLines: () => lines,
  };
}
