import type { StageEvent } from '../engine/events.ts';
import { recipeStageIds } from '../recipe/recipe.ts';

/** All stages of a build in the order they run: those of the recipe lie between `resolve` and `export`. */
export const buildStageIds = [
  'resolve',
  ...recipeStageIds,
  'export',
  'test',
  'convert',
  'push',
  'publish',
  'attest',
] as const;
export type BuildStageId = (typeof buildStageIds)[number];

/** What a build reports: the pipeline's own stages and, between them, the engine's. */
export type BuildEvent = StageEvent<BuildStageId>;

export type BuildEventListener = (event: BuildEvent) => void;
