import { AppError, isAppError } from '../errors/app-error.ts';
import { type ErrorCode, errorCodes } from '../errors/codes.ts';

const otherServerHint =
  'check the address: it is that of the service with its base path, often /image_creation';

/** What the service says against a request, as an error of its own code. */
export function toServiceError({ status, url }: Pick<Response, 'status' | 'url'>, body: unknown): AppError {
  if (!isProblem(body)) {
    const where = URL.canParse(url) ? new URL(url).origin : url;
    const message = `${where} answered with status ${status}, and not as CIC does`;
    return new AppError('SERVICE_FAILED', message, { hint: otherServerHint, details: { status } });
  }
  const { code, detail, hint, problems, request_id: requestId } = body;
  const details = { status, requestId, ...(Array.isArray(problems) && { problems }) };
  const options = { details, ...(typeof hint === 'string' && { hint }) };
  if (!isKnown(code)) return new AppError('SERVICE_FAILED', detail, options);
  return new AppError(code, detail, options);
}

/** A connection that was not made or broke. */
export function toUnreachable(cause: unknown, url: string): unknown {
  if (isAppError(cause) || (cause as Error).name === 'AbortError') return cause;
  const reason = describeCause(cause);
  const message = `the service at ${url} cannot be reached: ${reason.text}`;
  return new AppError('SERVICE_UNREACHABLE', message, { hint: reason.hint, cause });
}

/** What is over by itself: the network, a service that starts, too many requests. */
export function isPassing(error: unknown): boolean {
  if (isAppError(error, 'SERVICE_UNREACHABLE', 'STORAGE_UNAVAILABLE', 'AUTH_THROTTLED')) return true;
  const status = isAppError(error) ? error.details['status'] : undefined;
  return typeof status === 'number' && status >= 500;
}

type ProblemBody = {
  readonly code: string;
  readonly detail: string;
  readonly hint?: unknown;
  readonly problems?: unknown;
  readonly request_id?: unknown;
};

function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== 'object' || body === null) return false;
  return 'code' in body && 'detail' in body && typeof body.detail === 'string';
}

/** A fault of the service is none of this program; a newer service has codes that this one does not know. */
function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code) && code !== 'INTERNAL_ERROR' && code !== 'CANCELLED';
}

const certificateCodes = /^(UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO_|CERT_|ERR_TLS_CERT)/;

function describeCause(cause: unknown): { readonly text: string; readonly hint: string } {
  const inner = innermost(cause);
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  const text = inner.message || code || 'the connection failed';
  if (certificateCodes.test(code)) {
    return {
      text,
      hint: 'name the file with its certificate authority with --ca, or in NODE_EXTRA_CA_CERTS',
    };
  }
  return { text, hint: 'check the address and the network, and that the service runs' };
}

/** Fetch says no more than that it failed; what it met is inside. */
function innermost(error: unknown): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return innermost(error.errors[0]);
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : innermost(error.cause);
}
