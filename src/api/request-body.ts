import { anyRequestSchema } from '../request/wire-request.ts';

/** A build request, for the description of the API: the text itself is parsed, with lines and columns. */
export const requestBodySchema = anyRequestSchema.meta({
  id: 'BuildRequest',
  description: 'A build request; unknown keys are ignored',
});

/** For routes whose schema of the body describes only. */
export const acceptAnyBody = () => () => true;

/** The body of a route that takes it as text. */
export function textOf(body: unknown): string {
  return typeof body === 'string' ? body : '';
}
