import { resolve } from 'node:path';
import { AppError, isAppError } from '../errors/app-error.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import type { Problem } from '../errors/problem.ts';
import type { ImageFormat, Machine } from '../machine/machine.ts';
import type { Microarchitecture } from '../machine/microarchitecture.ts';
import { requireKnownArchitecture, resolveArchitecture } from '../machine/resolve-architecture.ts';
import { type Platform, parsePlatform } from '../oci/platform.ts';
import type { BuildRequest, StepSource } from './build-request.ts';
import { parseFolderName, parseSpecText, parseStepName, parseVersion } from './names.ts';
import type { WireRequest } from './wire-request.ts';

/** A request whose mistyped fields were taken out: what is left is checked all the same. */
export type RequestDraft = Partial<Omit<WireRequest, 'machine'>> & {
  readonly machine?: Partial<WireRequest['machine']>;
};

export type NormalizeOptions = {
  /** Absolute folder that a relative `path` starts from. */
  readonly cwd: string;
};

/** The request when nothing is wrong with it, and everything that is. */
export type NormalizedRequest = { readonly request?: BuildRequest; readonly problems: readonly Problem[] };

/** Checks all values of a request and fills in the defaults. */
export function normalizeRequest(draft: RequestDraft, options: NormalizeOptions): NormalizedRequest {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const machine = normalizeMachine(draft.machine ?? {}, report);
  const source = normalizeSource(draft, options, report);
  if (machine === undefined || source === undefined || problems.length > 0) return { problems };
  const nameProblem = checkNameLength(machine, source);
  if (nameProblem !== undefined) return { problems: [nameProblem] };
  const push = toBoolean(draft.push);
  const request = {
    machine,
    source,
    force: toBoolean(draft.force) ?? false,
    ...(push !== undefined && { push }),
  };
  return { request, problems };
}

/** What the name of a SIF file may have: 255 less what joins the parts and `.sif`. */
const maxFileNameChars = 235;

/** Each part may be long, but all of them together are a file name. */
function checkNameLength(machine: Machine, source: StepSource): Problem | undefined {
  if (source.kind === 'base') return undefined;
  const { requestedArchitecture, mpi = 'nompi', gpu = 'nogpu' } = machine;
  const parts = [source.workflow, source.stepId, source.version, requestedArchitecture, mpi, gpu];
  const chars = parts.join('').length;
  if (chars <= maxFileNameChars) return undefined;
  return {
    severity: 'error',
    message: `the names of the request have ${chars} characters together, ${maxFileNameChars} fit into a file name`,
    hint: 'shorten the workflow, the step, the version, or the MPI or GPU spec',
  };
}

type Report = (problem: Problem) => void;

function normalizeMachine(wire: Partial<WireRequest['machine']>, report: Report): Machine | undefined {
  const platform = check('machine.platform', wire.platform, parsePlatform, report);
  const imageFormat = check('machine.container_engine', wire.container_engine, parseContainerEngine, report);
  const name = wire.architecture?.trim();
  const architecture = check(
    'machine.architecture',
    name,
    (text) => parseArchitecture(text, platform),
    report,
  );
  const mpi = check('machine.mpi', wire.mpi || undefined, parseSpecText, report);
  const gpu = check('machine.gpu', wire.gpu || undefined, parseSpecText, report);
  if (platform === undefined || architecture === undefined || imageFormat === undefined) return undefined;
  return {
    platform,
    microarchitecture: architecture.name,
    requestedArchitecture: (name ?? architecture.name).toLowerCase(),
    imageFormat,
    ...(mpi !== undefined && { mpi }),
    ...(gpu !== undefined && { gpu }),
  };
}

/** Where the platform has a fault of its own, the name is checked all the same. */
function parseArchitecture(name: string, platform: Platform | undefined): Microarchitecture | undefined {
  if (platform !== undefined) return resolveArchitecture(name, platform);
  requireKnownArchitecture(name);
  return undefined;
}

function normalizeSource(
  draft: RequestDraft,
  { cwd }: NormalizeOptions,
  report: Report,
): StepSource | undefined {
  if (draft.workflow === 'BASE' && draft.step_id === 'BASE') return { kind: 'base' };
  const workflow = check('workflow', draft.workflow, parseFolderName, report);
  const stepId = check('step_id', draft.step_id, parseStepName, report);
  const version = check('version', draft.version || 'latest', parseVersion, report);
  const path = check('path', draft.path || undefined, (text) => parsePath(text, cwd), report);
  if (workflow === undefined || stepId === undefined || version === undefined) return undefined;
  if (path === undefined) return { kind: 'registry', workflow, stepId, version };
  return { kind: 'folder', path, workflow, stepId, version };
}

const imageFormats: Readonly<Record<string, ImageFormat>> = {
  docker: 'oci',
  singularity: 'sif',
  apptainer: 'sif',
};

function parseContainerEngine(text: string): ImageFormat {
  const engines = Object.keys(imageFormats);
  const engine = engines.find((name) => name === text.toLowerCase());
  const format = engine === undefined ? undefined : imageFormats[engine];
  if (format !== undefined) return format;
  const nearest = findNearestName(text, engines);
  throw new AppError('REQUEST_INVALID', `"${text}" is not a container engine that CIC knows`, {
    hint: nearest === undefined ? `use one of ${engines.join(', ')}` : `did you mean "${nearest}"?`,
  });
}

function parsePath(text: string, cwd: string): string {
  if (text.includes('\0')) throw new AppError('REQUEST_INVALID', 'has a NUL character');
  return resolve(cwd, text);
}

function toBoolean(flag: boolean | string | null | undefined): boolean | undefined {
  return typeof flag === 'string' ? flag.toLowerCase() === 'true' : (flag ?? undefined);
}

/** Parses one field; what is wrong with it is reported instead of thrown, so that all fields get their turn. */
function check<Text, Value>(
  field: string,
  text: Text | undefined,
  parse: (text: Text) => Value,
  report: Report,
): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { message, hint } = error;
    report({ severity: 'error', field, message, ...(hint !== undefined && { hint }) });
    return undefined;
  }
}
