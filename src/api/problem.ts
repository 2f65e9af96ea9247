import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError, isAppError } from '../errors/app-error.ts';
import { type ErrorCode, errorCodes } from '../errors/codes.ts';
import { isConnectionLost } from '../errors/connection-lost.ts';
import { httpStatuses } from './http-status.ts';

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** One fault of what was sent, with its place. */
export const fieldProblemSchema = z
  .object({
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    hint: z.string().optional(),
    field: z
      .string()
      .optional()
      .meta({ examples: ['machine.architecture'] }),
    position: z.object({ line: z.int(), column: z.int() }).optional(),
  })
  .meta({ id: 'FieldProblem' });

/** @see RFC 9457, Problem Details for HTTP APIs */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained' }),
    title: z.string().meta({ description: 'What the code means' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What happened, with values' }),
    code: z.enum(codes),
    hint: z.string().optional().meta({ description: 'What to do next' }),
    request_id: z.string().meta({ description: 'Under which the log of the service has more' }),
    problems: z.array(fieldProblemSchema).optional(),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457)' });

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** How every route can fail. */
export const problemResponses = {
  '4xx': problemResponse('What is wrong with the request'),
  '5xx': problemResponse('The service, or what it needs, is at fault'),
};

export type ProblemDetails = z.infer<typeof problemSchema>;

/** Answers with an error: what a client did wrong in full, faults of the service only by their id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toAppError(error);
  const status = known === undefined ? 500 : httpStatuses[known.code];
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  const retryAfter = known?.details['retryAfterSeconds'];
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  // After what the route may have set: the error is another representation.
  for (const name of ['content-length', 'etag', 'content-disposition', 'accept-ranges'])
    reply.removeHeader(name);
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(toProblemDetails(known, { status, requestId: request.id }));
}

export function toProblemDetails(
  error: AppError | undefined,
  { status, requestId }: { readonly status: number; readonly requestId: string },
): ProblemDetails {
  const isFault = error === undefined || status === 500;
  const code = isFault ? 'INTERNAL_ERROR' : error.code;
  const problems = error?.details['problems'];
  return {
    type: `urn:cic:error:${code}`,
    title: errorCodes[code].meaning,
    status,
    detail: isFault ? `the service met a fault of its own; its log has it under ${requestId}` : error.message,
    code,
    ...(!isFault && error.hint !== undefined && { hint: error.hint }),
    request_id: requestId,
    ...(!isFault && Array.isArray(problems) && { problems }),
  };
}

function toAppError(error: unknown): AppError | undefined {
  if (isAppError(error)) return error;
  if (isConnectionLost(error)) {
    const details = { retryAfterSeconds: 5 };
    return new AppError('STORAGE_UNAVAILABLE', 'the database does not answer: try again', { details });
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map(({ instancePath, message }) => ({
      severity: 'error',
      field: instancePath.replace(/^\//, '').replaceAll('/', '.') || (error.validationContext ?? 'body'),
      message: message ?? 'is not allowed',
    }));
    const text = problems.map(({ field, message }) => `${field}: ${message}`).join('\n');
    return new AppError('API_MALFORMED', text, { details: { problems } });
  }
  return fromFastify(error as FastifyError);
}

/** Errors of Fastify itself, before a route was reached. */
function fromFastify({ statusCode, code, message }: FastifyError): AppError | undefined {
  if (statusCode === 413) return new AppError('API_TOO_LARGE', 'the body of the request is too large');
  if (statusCode === 415) return new AppError('API_MEDIA_TYPE', 'the body of the request is not JSON');
  if (statusCode === undefined || statusCode >= 500) return undefined;
  return new AppError('API_MALFORMED', code === undefined ? 'the request cannot be read' : message);
}
