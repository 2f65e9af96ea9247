import { z } from 'zod';
import type { FieldPath } from '../errors/schema-problems.ts';

export type UnknownKey = {
  readonly key: string;
  readonly path: FieldPath;
  readonly known: readonly string[];
};

/** The keys of a document, at any depth, that its schema does not know. */
export function findUnknownKeys(value: unknown, schema: z.ZodType, parent: FieldPath = []): UnknownKey[] {
  const object = unwrap(schema);
  if (object instanceof z.ZodArray && Array.isArray(value)) {
    const element = object.element as z.ZodType;
    return value.flatMap((item, index) => findUnknownKeys(item, element, [...parent, index]));
  }
  if (!(object instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const shape: Readonly<Record<string, z.ZodType>> = object.shape;
  const known = Object.keys(shape);
  return Object.entries(value).flatMap(([key, child]) => {
    const path = [...parent, key];
    const inner = shape[key];
    return inner === undefined ? [{ key, path, known }] : findUnknownKeys(child, inner, path);
  });
}

function unwrap(schema: z.ZodType): z.ZodType {
  const isWrapper = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
  return isWrapper ? unwrap(schema.unwrap() as z.ZodType) : schema;
}
