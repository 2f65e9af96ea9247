import type { Build } from '../api/client.ts';

/** `minimal_workflow / wordcount`. */
export function buildName({ workflow, step }: Pick<Build, 'workflow' | 'step'>): string {
  return `${workflow} / ${step}`;
}
