import { stat } from 'node:fs/promises';
import { AppError } from '../errors/app-error.ts';
import type { GitOptions } from '../git/git.ts';
import { findCleanCommit } from '../git/local-commit.ts';
import type { StepSource } from '../request/build-request.ts';
import { type LocatedStep, readStep } from './read-step.ts';
import { locateInRegistry } from './registry.ts';
import type { Step } from './step.ts';

/** A step's source, other than the base image itself, which has none. */
export type ResolvableSource = Exclude<StepSource, { kind: 'base' }>;

export type ResolveOptions = {
  /** Absolute folder for what is fetched; shared by all builds and processes. */
  readonly cacheDirectory: string;
  /** The site's workflow registry: a git URL, or the path of a git repository or of a plain folder. */
  readonly registry?: { readonly url: string };
  readonly signal?: AbortSignal | undefined;
  /** Variables for git, such as `GIT_SSL_CAINFO` and `https_proxy`. */
  readonly gitEnvironment?: Readonly<Record<string, string>> | undefined;
};

/**
 * Finds a step, pins it and reads it.
 *
 * @throws STEP_REGISTRY_UNCONFIGURED - the source is in a registry and there is none
 * @throws STEP_REGISTRY_INVALID, STEP_REGISTRY_UNREACHABLE - the registry's address is refused, or git cannot read it
 * @throws STEP_VERSION_NOT_FOUND - no such branch, tag or commit
 * @throws STEP_NOT_FOUND - no such workflow, step or folder
 * @throws STEP_CACHE_UNWRITABLE - its files cannot be written into the cache
 * @throws STEP_SUBMODULE - the step has a git submodule
 * @throws STEP_INVALID - its description has faults; `details.problems` lists them
 * @throws STEP_UNREADABLE - a file cannot be read
 * @throws CANCELLED - `signal` was aborted
 */
export async function resolveStep(source: ResolvableSource, options: ResolveOptions): Promise<Step> {
  return readStep(source, await locateStep(source, options));
}

async function locateStep(source: ResolvableSource, options: ResolveOptions): Promise<LocatedStep> {
  const { registry, cacheDirectory, signal, gitEnvironment: environment } = options;
  if (source.kind === 'folder') return locateFolder(source.path, { signal, environment });
  if (registry === undefined) {
    throw new AppError('STEP_REGISTRY_UNCONFIGURED', 'no workflow registry is configured', {
      hint: 'set workflow_registry in the configuration (a git URL or a folder); without a service the step folder may be "path" in the request',
    });
  }
  return locateInRegistry(source, { registryUrl: registry.url, cacheDirectory, signal, environment });
}

async function locateFolder(folder: string, options: GitOptions): Promise<LocatedStep> {
  if (!(await isFolder(folder))) {
    throw new AppError('STEP_NOT_FOUND', `there is no step folder ${folder}`, {
      hint: 'a relative path in a request starts from the folder of the request file',
    });
  }
  const commit = await findCleanCommit(folder, options);
  return { folder, ...(commit !== undefined && { commit }) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
