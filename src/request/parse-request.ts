import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseJsonDocument } from '../document/json-document.ts';
import { AppError } from '../errors/app-error.ts';
import { formatProblem, type Problem } from '../errors/problem.ts';
import {
  type FieldPath,
  placeProblem,
  toSchemaProblems,
  toUnknownKeyProblem,
} from '../errors/schema-problems.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { BuildRequest } from './build-request.ts';
import {
  type NormalizedRequest,
  type NormalizeOptions,
  normalizeRequest,
  type RequestDraft,
} from './normalize-request.ts';
import { chooseRequestSchema, machineKeys, wireRequestSchema } from './wire-request.ts';

export type ParseOptions = NormalizeOptions & {
  /** The file's name as the user wrote it, for messages. */
  readonly file?: string;
};

/** Reads a request from JSON text. Everything that is wrong is found at once, each with its place. */
export function parseRequestText(text: string, options: ParseOptions): NormalizedRequest {
  const { file } = options;
  const json = parseJsonDocument(text, file);
  if (json.value === undefined) return { problems: json.problems };
  const document = { file, locate: json.locate };
  const schema = chooseRequestSchema(isObject(json.value) ? json.value['machine'] : undefined);
  const checked = schema.safeParse(json.value, { reportInput: true });
  const schemaProblems = checked.success ? [] : toSchemaProblems(checked.error.issues, document);
  const faulty = checked.success ? [] : checked.error.issues.map(({ path }) => path);
  const draft = checked.success ? checked.data : withoutFields(json.value, faulty);
  const normalized = normalizeRequest(draft, options);
  const valueProblems = normalized.problems.map((problem) =>
    placeProblem(problem, problem.field?.split('.') ?? [], document),
  );
  const keyProblems = findUnknownKeys(json.value).map(({ key, path, known }) =>
    placeProblem(toUnknownKeyProblem(key, known), path, { file, locate: json.locateKey }),
  );
  const problems = [...json.problems, ...schemaProblems, ...valueProblems, ...keyProblems];
  problems.sort(byPosition);
  return { problems, ...(checked.success && normalized.request && { request: normalized.request }) };
}

/**
 * Reads a request file; a relative `path` in it starts from the file's folder.
 *
 * @param systems HPC systems that the request may name.
 *
 * @throws FILE_UNREADABLE - it is not there, is a folder, or may not be read
 */
export async function readRequestFile(
  file: string,
  systems: readonly HpcSystem[] = [],
): Promise<NormalizedRequest> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(file, cause), { cause });
  });
  return parseRequestText(text, { file, cwd: resolve(dirname(file)), systems });
}

/**
 * The request, or all errors in one.
 *
 * @throws REQUEST_INVALID - `details.problems` has every {@link Problem}
 */
export function requireRequest({ request, problems }: NormalizedRequest): BuildRequest {
  if (request !== undefined) return request;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new AppError('REQUEST_INVALID', errors.map(formatProblem).join('\n'), { details: { problems } });
}

function byPosition({ position: a }: Problem, { position: b }: Problem): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** What is left of a document when the faulty fields are taken out. */
function withoutFields(value: unknown, faulty: readonly PropertyKey[][]): RequestDraft {
  if (!isObject(value)) return {};
  const isFaulty = (...field: string[]) =>
    faulty.some((path) => path.length === field.length && path.every((part, index) => part === field[index]));
  const fields = Object.entries(value).filter(([key]) => !isFaulty(key));
  const draft: RequestDraft = Object.fromEntries(fields);
  if (!isObject(draft.machine)) return draft;
  const machineFields = Object.entries(draft.machine).filter(([key]) => !isFaulty('machine', key));
  return { ...draft, machine: Object.fromEntries(machineFields) };
}

/** More would say nothing new about a file that is no request. */
const maxUnknownKeys = 20;

type UnknownKey = { readonly key: string; readonly path: FieldPath; readonly known: readonly string[] };

function findUnknownKeys(value: unknown): UnknownKey[] {
  if (!isObject(value)) return [];
  const { shape } = wireRequestSchema;
  const machine = isObject(value['machine']) ? value['machine'] : {};
  return [
    ...unknownKeysOf(value, Object.keys(shape), []),
    ...unknownKeysOf(machine, machineKeys, ['machine']),
  ];
}

function unknownKeysOf(value: object, known: readonly string[], parent: FieldPath): UnknownKey[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .slice(0, maxUnknownKeys)
    .map((key) => ({ key, path: [...parent, key], known }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
