import { resolve } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { Problem } from '../errors/problem.ts';
import type { Machine } from '../machine/machine.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { BuildRequest, StepSource } from './build-request.ts';
import { check, type Report } from './check.ts';
import { parseFolderName, parseStepName, parseVersion } from './names.ts';
import { normalizeMachine } from './normalize-machine.ts';
import type { WireRequest } from './wire-request.ts';

/** A request whose mistyped fields were taken out: what is left is checked all the same. */
export type RequestDraft = Partial<WireRequest>;

export type NormalizeOptions = {
  /** Absolute folder that a relative `path` starts from; absent where requests have no `path`: it is ignored then. */
  readonly cwd?: string;
  /** HPC systems that the request may name; default none. */
  readonly systems?: readonly HpcSystem[];
};

/** The request when nothing is wrong with it, and everything that is. */
export type NormalizedRequest = { readonly request?: BuildRequest; readonly problems: readonly Problem[] };

/** Checks all values of a request and fills in the defaults. */
export function normalizeRequest(draft: RequestDraft, options: NormalizeOptions): NormalizedRequest {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const machine = normalizeMachine(draft.machine ?? {}, options.systems ?? [], report);
  const source = normalizeSource(draft, options, report);
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  if (machine === undefined || source === undefined || hasErrors) return { problems };
  const nameProblem = checkNameLength(machine, source);
  if (nameProblem !== undefined) return { problems: [...problems, nameProblem] };
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

function normalizeSource(
  draft: RequestDraft,
  { cwd }: NormalizeOptions,
  report: Report,
): StepSource | undefined {
  if (draft.workflow === 'BASE' && draft.step_id === 'BASE') return { kind: 'base' };
  const workflow = check('workflow', draft.workflow, parseFolderName, report);
  const stepId = check('step_id', draft.step_id, parseStepName, report);
  const version = check('version', draft.version || 'latest', parseVersion, report);
  const path = cwd === undefined ? undefined : parseOptionalPath(draft, cwd, report);
  if (workflow === undefined || stepId === undefined || version === undefined) return undefined;
  if (path === undefined) return { kind: 'registry', workflow, stepId, version };
  return { kind: 'folder', path, workflow, stepId, version };
}

function parseOptionalPath({ path }: RequestDraft, cwd: string, report: Report): string | undefined {
  return check('path', path || undefined, (text) => parsePath(text, cwd), report);
}

function parsePath(text: string, cwd: string): string {
  if (text.includes('\0')) throw new AppError('REQUEST_INVALID', 'has a NUL character');
  return resolve(cwd, text);
}

function toBoolean(flag: boolean | string | null | undefined): boolean | undefined {
  return typeof flag === 'string' ? flag.toLowerCase() === 'true' : (flag ?? undefined);
}
