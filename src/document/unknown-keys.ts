import { z } from 'zod';
import type { Problem } from '../errors/problem.ts';
import { type FieldPath, placeProblem, toUnknownKeyProblem } from '../errors/schema-problems.ts';
import { unwrapSchema } from './unwrap-schema.ts';
import type { YamlDocument } from './yaml-document.ts';

/**
 * The keys of a document, at any depth, that its schema does not know, each as an error: in a file that
 * one person writes for CIC alone, such a key is a slip.
 */
export function toUnknownKeyErrors(document: YamlDocument, schema: z.ZodType, file: string): Problem[] {
  return findUnknownKeys(document.value, schema).map(({ path, key, known }) =>
    placeProblem(
      { ...toUnknownKeyProblem(key, known), severity: 'error', message: 'is not a known key' },
      path,
      { file, locate: document.locateKey },
    ),
  );
}

type UnknownKey = {
  readonly key: string;
  readonly path: FieldPath;
  readonly known: readonly string[];
};

function findUnknownKeys(value: unknown, schema: z.ZodType, parent: FieldPath = []): UnknownKey[] {
  const plain = unwrapSchema(schema);
  if (plain instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, index) =>
      findUnknownKeys(item, plain.element as z.ZodType, [...parent, index]),
    );
  }
  if (!(plain instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const shape: Readonly<Record<string, z.ZodType>> = plain.shape;
  const known = Object.keys(shape);
  return Object.entries(value).flatMap(([key, child]) => {
    const path = [...parent, key];
    const inner = shape[key];
    return inner === undefined ? [{ key, path, known }] : findUnknownKeys(child, inner, path);
  });
}
