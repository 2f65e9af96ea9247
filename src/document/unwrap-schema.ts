import { z } from 'zod';

/** The schema of a value that is there: without what lets it be absent. */
export function unwrapSchema(schema: z.ZodType): z.ZodType {
  const isWrapper = [z.ZodOptional, z.ZodNullable, z.ZodDefault].some((wrapper) => schema instanceof wrapper);
  return isWrapper ? unwrapSchema((schema as z.ZodOptional).unwrap() as z.ZodType) : schema;
}
