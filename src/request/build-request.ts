import type { Machine } from '../machine/machine.ts';

/** Where the step comes from. */
export type StepSource =
  | {
      readonly kind: 'registry';
      readonly workflow: string;
      readonly stepId: string;
      /** Branch, tag or commit of the workflow registry; `latest` is its default branch. */
      readonly version: string;
    }
  | {
      readonly kind: 'folder';
      /** Absolute path of a local step folder. */
      readonly path: string;
      readonly workflow: string;
      readonly stepId: string;
      readonly version: string;
    }
  /** `BASE`/`BASE`: the site's base image itself. */
  | { readonly kind: 'base' };

/** A build request, parsed and normalised. */
export type BuildRequest = {
  readonly machine: Machine;
  readonly source: StepSource;
  /** Build anew even when the result exists. */
  readonly force: boolean;
  /** Undefined: push when a registry is configured. */
  readonly push?: boolean;
};
