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
  const isUnquoted = typeof issue.input === 'number' || typeof issue.input === 'boolean';
  return issue.code === 'invalid_type' && issue.expected === 'string' && isUnquoted
    ? `put it in quotes: "${issue.input}"`
    : undefined;
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
