import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { StepSource } from '../request/build-request.ts';
import { type LocatedStep, readStep } from './read-step.ts';
import type { Step } from './step.ts';

/** A step's source, other than the base image itself, which has none. */
export type ResolvableSource = Exclude<StepSource, { kind: 'base' }>;

export type ResolveOptions = {
  /** Absolute folder for what is fetched; shared by all builds and processes. */
  readonly cacheDirectory: string;
  /** The site's workflow registry: a git URL, or the path of a git repository or of a plain folder. */
  readonly registry?: { readonly url: string };
  readonly signal?: AbortSignal;
};

/**
 * Finds a step, pins it and reads it.
 *
 * @throws STEP_REGISTRY_UNCONFIGURED - the source is in a registry and there is none
 * @throws STEP_NOT_FOUND - no such workflow, step or folder
 * @throws STEP_INVALID - its description has faults; `details.problems` lists them
 * @throws STEP_UNREADABLE - a file cannot be read
 * @throws CANCELLED - `signal` was aborted
 */
export async function resolveStep(source: ResolvableSource, options: ResolveOptions): Promise<Step> {
  return readStep(source, await locateStep(source, options));
}

async function locateStep(source: ResolvableSource, { registry }: ResolveOptions): Promise<LocatedStep> {
  if (source.kind === 'folder') {
    if (await isFolder(source.path)) return { folder: source.path };
    throw new AppError('STEP_NOT_FOUND', `there is no step folder ${source.path}`, {
      hint: 'a relative path in a request starts from the folder of the request file',
    });
  }
  if (registry === undefined) {
    throw new AppError('STEP_REGISTRY_UNCONFIGURED', 'no workflow registry is configured', {
      hint: 'set it in the configuration, or give the step folder as "path" in the request',
    });
  }
  return { folder: join(registry.url, source.workflow, source.stepId) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
