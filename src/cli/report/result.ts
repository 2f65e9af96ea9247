import { basename } from 'node:path';
import type { BuildResult } from '../../build/result.ts';
import type { EngineKind } from '../../engine/port.ts';
import type { ErrorCode } from '../../errors/codes.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
import type { Paint } from '../paint.ts';
import { formatBytes, formatSeconds } from '../progress/format.ts';

/** The last line of `cic build --json`. */
export type BuildReport = {
  readonly status: 'FINISHED' | 'FAILED';
  readonly message: string;
  /** Code of the error, as in docs/errors.md. */
  readonly code: ErrorCode | null;
  /** Full image reference. */
  readonly image_id: string | null;
  /** Digest of the image manifest. */
  readonly digest: string | null;
  /** Name of the SIF, and where it is; null for engines that take OCI images. */
  readonly filename: string | null;
  readonly path: string | null;
  readonly sha256: string | null;
  readonly size_bytes: number | null;
  readonly recipe_digest: string | null;
  /** Where SBOM and provenance are; null when they could not be written. */
  readonly sbom: string | null;
  readonly provenance: string | null;
  /** Where the lock of the Spack environment is; null when there is none. */
  readonly spack_lock: string | null;
  /** Seconds per stage, and in all. */
  readonly timings: Readonly<Record<string, number>>;
};

export function toResultReport(result: BuildResult): BuildReport {
  const { sif, attestations } = result;
  return {
    status: 'FINISHED',
    message: sif === undefined ? 'the image is ready' : 'the image and its SIF are ready',
    code: null,
    image_id: result.imageReference,
    digest: result.manifestDigest,
    filename: sif === undefined ? null : basename(sif.path),
    path: sif?.path ?? null,
    sha256: sif?.sha256 ?? null,
    size_bytes: sif?.sizeBytes ?? null,
    recipe_digest: result.recipeDigest,
    sbom: attestations?.sbomPath ?? null,
    provenance: attestations?.provenancePath ?? null,
    spack_lock: result.spackLockPath ?? null,
    timings: toSeconds(result.timingsMs),
  };
}

export function toFailureReport(message: string, code: ErrorCode): BuildReport {
  const unknown = {
    image_id: null,
    digest: null,
    filename: null,
    path: null,
    sha256: null,
    size_bytes: null,
    recipe_digest: null,
    sbom: null,
    provenance: null,
    spack_lock: null,
  };
  return { status: 'FAILED', message, code, ...unknown, timings: {} };
}

export type ResultOrigin = {
  readonly engine: EngineKind;
  /** The HPC system that the request names. */
  readonly system?: HpcSystem | undefined;
};

/** What a person wants to know at the end: the names, the file, and how to run it. */
export function formatResult(result: BuildResult, { engine, system }: ResultOrigin, paint: Paint): string {
  const { sif, imageReference, manifestDigest, recipeDigest, attestations, spackLockPath } = result;
  const totalMs = Object.values(result.timingsMs).reduce((sum, ms) => sum + ms, 0);
  const show = (name: string, value: string) => `  ${paint.dim(name.padEnd(7))} ${value}`;
  return [
    `${paint.good('✓')} ${paint.bold(imageReference)} ${paint.dim(`in ${formatSeconds(totalMs)} with ${engine}`)}`,
    show('digest', manifestDigest),
    show('recipe', recipeDigest),
    ...(sif === undefined
      ? []
      : [
          show('SIF', `${sif.path} (${formatBytes(sif.sizeBytes)})`),
          show('sha256', sif.sha256),
          show('run it', `apptainer run ${sif.path}`),
          ...(system?.runLine === undefined
            ? []
            : [show('job', `cic run-line ${sif.path} ${paint.dim(`# how ${system.name} runs it`)}`)]),
        ]),
    ...(attestations === undefined ? [] : [show('SBOM', attestations.sbomPath)]),
    ...(spackLockPath === undefined ? [] : [show('lock', spackLockPath)]),
    '',
  ].join('\n');
}

function toSeconds(timingsMs: BuildResult['timingsMs']): Record<string, number> {
  const entries = Object.entries(timingsMs).map(([stage, ms]) => [stage, ms / 1000]);
  const total = Object.values(timingsMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  return { ...Object.fromEntries(entries), total };
}
