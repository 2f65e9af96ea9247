/**
 * CIC as a library: builds images and SIF files on this machine.
 *
 * @module
 */
import { createBuildDependencies, createEngines } from './app.ts';
import type { BuildEventListener } from './build/events.ts';
import type { BuildResult } from './build/result.ts';
import { runBuild } from './build/run-build.ts';
import type { Config } from './config/config.ts';
import { readConfig } from './config/read-config.ts';
import { readMachineDefaults } from './config/read-machine.ts';
import type { EngineKind } from './engine/port.ts';
import { selectEngine } from './engine/select-engine.ts';
import type { BuildRequest } from './request/build-request.ts';

export type { BuildEvent, BuildEventListener, BuildStageId } from './build/events.ts';
export type { BuildResult } from './build/result.ts';
export type { Config } from './config/config.ts';
export type { EngineKind } from './engine/port.ts';
export { AppError, isAppError } from './errors/app-error.ts';
export type { ErrorCode } from './errors/codes.ts';
export type { Problem } from './errors/problem.ts';
export { loadSystems } from './machine/system/load-systems.ts';
export type { HpcSystem } from './machine/system/system.ts';
export type { Digest } from './oci/digest.ts';
export type { BuildRequest } from './request/build-request.ts';
export { parseRequestText, readRequestFile, requireRequest } from './request/parse-request.ts';
export { readLockFile } from './spack/read-lock.ts';
export { type Validation, validateTarget } from './step/validate-target.ts';

/**
 * Reads the configuration of the site as `cic --config` does.
 *
 * @param file Default: `$CIC_CONFIG`, `~/.config/cic/config.yaml`, `/etc/cic/config.yaml`, or none.
 * @throws FILE_UNREADABLE, CONFIG_INVALID
 */
export function loadConfig(file?: string): Promise<Config> {
  return readConfig(file, readMachineDefaults({ env: process.env, cwd: process.cwd() }));
}

export type BuildOptions = {
  /** Default: {@link loadConfig}. */
  readonly config?: Config;
  /** Default: what the configuration says. */
  readonly engine?: EngineKind | 'auto';
  /** Folder for the SIF. Default: what the configuration says. */
  readonly outputDirectory?: string;
  readonly noCache?: boolean;
  /** Text of a `spack.lock` that decides the Spack environment: see {@link readLockFile}. */
  readonly lock?: string;
  /** Aborting stops the build; nothing is published and nothing is left running. */
  readonly signal?: AbortSignal;
  readonly onEvent?: BuildEventListener;
};

/**
 * Builds the image of a request and, for Singularity and Apptainer, its SIF.
 *
 * @throws {@link AppError} whose `code` says what failed; see docs/errors.md
 */
export async function build(request: BuildRequest, options: BuildOptions = {}): Promise<BuildResult> {
  const config = options.config ?? (await loadConfig());
  const { signal } = options;
  const engine = await selectEngine(options.engine ?? config.engine.kind, createEngines(config), { signal });
  return runBuild(request, createBuildDependencies(config, engine), {
    outputDirectory: options.outputDirectory ?? config.directories.images,
    onEvent: options.onEvent ?? (() => undefined),
    noCache: options.noCache,
    lock: options.lock,
    signal,
  });
}
