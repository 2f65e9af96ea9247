import type { z } from 'zod';
import { findNearestName } from './nearest-name.ts';
import type { Problem } from './problem.ts';

/** Where a value sits in a document: keys and list indexes from the root. */
export type FieldPath = readonly (string | number)[];

/** A document that problems are found in. */
export type Document = {
  readonly file?: string | undefined;
  /** Position of a value, or of the nearest thing around it that is there. */
  readonly locate?: ((path: FieldPath) => Problem['position']) | undefined;
};

/**
 * Everything that a zod schema found wrong, as problems with their places in the document. Parse with
 * `reportInput: true`; a custom issue brings its hint as `params.hint`.
 */
export function toSchemaProblems(issues: readonly z.core.$ZodIssue[], document: Document = {}): Problem[] {
  return issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const hint = hintFor(issue);
    return placeProblem(
      { severity: 'error', message: messageFor(issue), ...(hint !== undefined && { hint }) },
      path,
      document,
    );
  });
}

/** Gives a problem its field, file and position. */
export function placeProblem(problem: Problem, path: FieldPath, document: Document): Problem {
  const position = document.locate?.(path);
  return {
    ...problem,
    ...(path.length > 0 && { field: formatField(path) }),
    ...(document.file !== undefined && { file: document.file }),
    ...(position !== undefined && { position }),
  };
}

/** A key that means nothing, with the key that was meant when one is near. */
export function toUnknownKeyProblem(key: string, known: readonly string[]): Problem {
  const nearest = findNearestName(key, known);
  return {
    severity: 'warning',
    message: 'is not a known key and is ignored',
    hint: nearest === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${nearest}"?`,
  };
}

/** `machine.architecture`, `pip[2]`. */
function formatField(path: FieldPath): string {
  return path.reduce<string>((field, part) => {
    if (typeof part === 'number') return `${field}[${part}]`;
    return field === '' ? part : `${field}.${part}`;
  }, '');
}

function messageFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key)).join(', ');
    return `has ${issue.keys.length === 1 ? 'a key that means' : 'keys that mean'} nothing here: ${names}`;
  }
  if (issue.code !== 'invalid_type') return issue.message;
  if (issue.input === undefined) return 'is missing';
  const isDefaultMessage = issue.message.startsWith('Invalid input');
  return isDefaultMessage
    ? `must be ${describeType(issue.expected)}, not ${describeValue(issue.input)}`
    : issue.message;
}

function hintFor(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'custom')
    return typeof issue.params?.['hint'] === 'string' ? issue.params['hint'] : undefined;
  return issue.code === 'invalid_type' ? hintForType(issue.expected, issue.input) : undefined;
}

/** Longer ones would drown the message. */
const maxQuotedChars = 60;

/** YAML 1.1 took these for truth values, and many people still do. */
const truthWords: Readonly<Record<string, boolean>> = {
  yes: true,
  on: true,
  true: true,
  no: false,
  off: false,
  false: false,
};

function hintForType(expected: string, input: unknown): string | undefined {
  const isUnquoted = typeof input === 'number' || typeof input === 'boolean';
  if (expected === 'string' && isUnquoted) return `put it in quotes: "${input}"`;
  if (typeof input !== 'string') return undefined;
  if (expected === 'array' && input.length <= maxQuotedChars) return `write [${JSON.stringify(input)}]`;
  const word = input.toLowerCase();
  const isTruth = expected === 'boolean' && Object.hasOwn(truthWords, word);
  return isTruth ? `write ${truthWords[word]}, without quotes` : undefined;
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function describeType(type: string): string {
  return typeNames[type] ?? type;
}

function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  return describeType(typeof value);
}
