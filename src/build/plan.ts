import type { Machine } from '../machine/machine.ts';
import type { Digest } from '../oci/digest.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { SpackInput } from '../recipe/spack/plan-spack-step.ts';
import type { BuildTarget } from '../recipe/target.ts';
import type { Step } from '../step/step.ts';
import type { SpackInputs } from './attest-inputs.ts';
import type { PreparedTools } from './spack/spack-port.ts';
import type { StageLog } from './stage-log.ts';
import type { Workspace } from './workspace.ts';

/** A request, resolved: what exactly will be built. */
export type BuildPlan = {
  readonly recipe: Recipe;
  readonly machine: Machine;
  /** How code is compiled for it. */
  readonly target: BuildTarget;
  /** Absent for the base image itself. */
  readonly step?: Step;
  /** Where the step has a Spack environment. */
  readonly spack?: PlannedSpack;
  readonly spackInputs?: SpackInputs;
};

export type PlannedSpack = {
  readonly environment: PreparedEnvironment;
  /** The recipe with what the view's packages set. */
  readonly planWith: (viewEnvironment: Readonly<Record<string, string>>) => Recipe;
};

/** A Spack environment with everything decided, and the Spack that builds it. */
export type PreparedEnvironment = {
  readonly input: SpackInput;
  readonly prepared: PreparedTools;
  readonly lockDigest: Digest;
};

export type PlanOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly workspace: Workspace;
  readonly stages: StageLog;
  /** Text of a `spack.lock` that decides the environment. */
  readonly lock?: string | undefined;
};
