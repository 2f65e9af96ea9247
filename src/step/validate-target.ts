import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { Problem } from '../errors/problem.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { findMpiMismatch } from '../machine/mpi-compatibility.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { BuildRequest } from '../request/build-request.ts';
import { readRequestFile } from '../request/parse-request.ts';
import { findEnvironmentConflicts } from '../spack/environment.ts';
import { readStepDescription, stepFileNames } from './read-description.ts';
import { validateStepFolder } from './validate-step.ts';

export type Validation = {
  /** What the path was taken for. */
  readonly kind: 'step' | 'request';
  /** In the order of files and lines; no errors among them means that it can be built. */
  readonly problems: readonly Problem[];
};

export type ValidateOptions = {
  /** Gives the HPC systems that requests may name; called for a request only. Default: none. */
  readonly readSystems?: () => Promise<readonly HpcSystem[]>;
};

/**
 * Everything that is wrong with a step folder (or one of its files) or with a request file, and with the
 * local step folder that the request names.
 *
 * @throws FILE_UNREADABLE - there is nothing at the path
 */
export async function validateTarget(path: string, options: ValidateOptions = {}): Promise<Validation> {
  const found = await stat(path).catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, cause), { cause });
  });
  if (found.isDirectory()) return { kind: 'step', problems: await validateStep(path) };
  if (stepFileNames.includes(basename(path)))
    return { kind: 'step', problems: await validateStep(dirname(path)) };
  return { kind: 'request', problems: await validateRequest(path, await options.readSystems?.()) };
}

async function validateStep(folder: string): Promise<Problem[]> {
  const problems = await validateStepFolder(folder);
  return problems.map((problem) =>
    problem.file === undefined ? problem : { ...problem, file: join(folder, problem.file) },
  );
}

async function validateRequest(file: string, systems?: readonly HpcSystem[]): Promise<Problem[]> {
  const { request, problems } = await readRequestFile(file, systems);
  if (request === undefined) return [...problems];
  return [
    ...problems,
    ...findMpiProblems(request, file),
    ...(await validateSource(request, file)),
    ...(await findSpackConflicts(request, file)),
  ];
}

function findMpiProblems({ machine: { mpi, system } }: BuildRequest, file: string): Problem[] {
  const mismatch = mpi === undefined || system === undefined ? undefined : findMpiMismatch(mpi, system);
  return mismatch === undefined ? [] : [{ severity: 'warning', file, field: 'machine.mpi', ...mismatch }];
}

/** Of a step without errors of its own and the machine; the solver may find more. */
async function findSpackConflicts({ source, machine }: BuildRequest, file: string): Promise<Problem[]> {
  if (source.kind !== 'folder') return [];
  const { description } = await readStepDescription(source.path);
  if (description?.spack === undefined) return [];
  const conflicts = findEnvironmentConflicts(description.spack, machine);
  return conflicts.map((conflict) => ({ severity: 'error', file, field: 'machine', ...conflict }));
}

async function validateSource({ source }: BuildRequest, file: string): Promise<Problem[]> {
  if (source.kind !== 'folder') return [];
  const isFolder = await stat(source.path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return validateStep(source.path);
  const message = `there is no step folder ${source.path}`;
  const hint = source.path.includes('/~')
    ? 'the ~ is taken for a name of a folder: write the whole path'
    : 'a relative path starts from the folder of the request file';
  return [{ severity: 'error', file, field: 'path', message, hint }];
}
