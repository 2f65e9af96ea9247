import type { RecipeStageId } from '../recipe/recipe.ts';

/** What happens in the stages of a build, as it happens. The receiver stamps the time. */
export type StageEvent<Stage extends string> =
  | { readonly kind: 'stage-started'; readonly stage: Stage; readonly title: string }
  /** The stage's result came from a cache; follows its start. */
  | { readonly kind: 'stage-cached'; readonly stage: Stage }
  | {
      readonly kind: 'progress';
      readonly stage: Stage;
      readonly current: number;
      /** Absent when not known. */
      readonly total?: number;
      readonly unit: 'bytes' | 'packages';
      /** What is being worked on: `hdf5@1.14.3 build`. */
      readonly item?: string;
      /** What the rest took in earlier builds. */
      readonly remainingSeconds?: number;
    }
  | {
      readonly kind: 'log';
      readonly stage: Stage;
      readonly line: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | {
      readonly kind: 'stage-finished';
      readonly stage: Stage;
      readonly outcome: 'done' | 'failed' | 'cancelled';
    }
  | { readonly kind: 'warning'; readonly message: string; readonly hint?: string };

/** What an engine reports: the stages of the recipe. */
export type EngineEvent = StageEvent<RecipeStageId>;

export type EngineEventListener = (event: EngineEvent) => void;
