import type { BuildEventListener } from '../../build/events.ts';

/** Shows a build while it runs. */
export type Progress = {
  readonly onEvent: BuildEventListener;
  /** Writes what is left; nothing comes after it. */
  stop(): void;
};
