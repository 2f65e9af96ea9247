import type { RecipeStageId } from '../recipe/recipe.ts';

/** What an engine reports while it works. Times are the receiver's business. */
export type EngineEvent =
  | { readonly kind: 'stage-started'; readonly stage: RecipeStageId; readonly title: string }
  /** The stage's result came from the engine's cache; follows its start. */
  | { readonly kind: 'stage-cached'; readonly stage: RecipeStageId }
  | {
      readonly kind: 'progress';
      readonly stage: RecipeStageId;
      readonly current: number;
      /** Absent when not known. */
      readonly total?: number;
      readonly unit: 'bytes' | 'steps';
    }
  | {
      readonly kind: 'log';
      readonly stage: RecipeStageId;
      readonly line: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | {
      readonly kind: 'stage-finished';
      readonly stage: RecipeStageId;
      readonly outcome: 'done' | 'failed' | 'cancelled';
    }
  | { readonly kind: 'warning'; readonly message: string; readonly hint?: string };

export type EngineEventListener = (event: EngineEvent) => void;
