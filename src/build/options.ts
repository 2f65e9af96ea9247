import type { BuildEventListener } from './events.ts';
import type { BuildPlan } from './plan.ts';

export type BuildRunOptions = {
  /** Folder that the SIF is put into; made when it is missing. */
  readonly outputDirectory: string;
  readonly noCache?: boolean | undefined;
  /** Text of a `spack.lock` that decides the Spack environment. */
  readonly lock?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: BuildEventListener;
  /** Called with what will be built, before anything is. */
  readonly onPlan?: ((plan: BuildPlan) => Promise<void>) | undefined;
};
