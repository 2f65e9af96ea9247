import type { Step } from '../step/step.ts';
import { baseContextName } from './base-image.ts';
import { formatExecRun } from './dockerfile.ts';
import type { RecipeInstruction } from './recipe.ts';

/** One of the step's own tests, with the instruction that runs it. */
export type StepTest = {
  /** As the step has it. */
  readonly command: string;
  readonly instruction: RecipeInstruction;
};

export type TestRun = {
  readonly tests: readonly StepTest[];
  /** All that is run, on top of the finished image. */
  readonly instructions: readonly RecipeInstruction[];
};

/**
 * Plans the step's tests: each is a script for `bash -e` in the step's folder. They belong to no image and
 * to no recipe digest: nothing that they leave behind is kept.
 */
export function planTestRun({ stepId, description }: Step): TestRun {
  const tests = (description.tests ?? []).map((command) => ({
    command,
    instruction: toInstruction(formatExecRun(['bash', '-e', '-c', command])),
  }));
  const start = [`FROM ${baseContextName}`, `WORKDIR /${stepId}`].map(toInstruction);
  return { tests, instructions: [...start, ...tests.map(({ instruction }) => instruction)] };
}

function toInstruction(text: string): RecipeInstruction {
  return { stage: 'test', text };
}
