import type { Digest } from '../oci/digest.ts';
import type { StepDescription } from './description.ts';

/** A step, resolved: its files are on disk and pinned by hashes. */
export type Step = {
  readonly workflow: string;
  readonly stepId: string;
  /** As asked for: `latest`, a branch, a tag or a commit. */
  readonly version: string;
  /** Absolute path of a folder with the step's files; owned by the caller of the resolver, read only. */
  readonly folder: string;
  /** Commit (40 hex digits) and URL of the workflow registry; absent for a local folder outside git. */
  readonly commit?: string;
  readonly registryUrl?: string;
  /** SHA-256 over the paths, modes and contents of all files of the step; independent of times and owners. */
  readonly treeHash: Digest;
  readonly description: StepDescription;
  /** True when the folder has a `post_inst.sh`. */
  readonly hasPostInstall: boolean;
};
