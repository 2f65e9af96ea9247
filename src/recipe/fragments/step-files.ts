import { type Fragment, formatCopy } from '../dockerfile.ts';
import { stepContextName } from '../recipe.ts';

/** The step's own folder. It comes after apt and pip, so that editing code rebuilds neither. */
export function planStepFiles(stepId: string): Fragment[] {
  return [
    {
      stage: 'step',
      comment: 'the files of the step',
      instructions: [formatCopy([`${stepId}/`], `/${stepId}/`, { from: stepContextName })],
    },
  ];
}
