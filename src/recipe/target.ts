import type { Machine } from '../machine/machine.ts';

/** The machine that code in the image is compiled for. */
export type BuildTarget = {
  /** archspec name. */
  readonly target: string;
  /** Flags for gcc and clang, such as `-march=znver2 -mtune=znver2`. */
  readonly marchFlags: string;
};

export type TargetPlan = {
  readonly target: BuildTarget;
  /** What the user should know about how code is compiled. */
  readonly warnings: readonly { readonly message: string; readonly hint: string }[];
};

/** Decides how the step's own code is compiled. */
export function planTarget(machine: Machine, _suite: string | undefined): TargetPlan {
  return { target: { target: machine.microarchitecture, marchFlags: '' }, warnings: [] };
}
