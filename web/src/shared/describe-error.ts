import { isAppError } from '../../../src/errors/app-error.ts';
import { errorCodes } from '../../../src/errors/codes.ts';

/** An error as a reader of a page needs it. */
export type ErrorDescription = {
  readonly title: string;
  readonly message: string;
  readonly hint?: string;
  readonly code?: string;
  /** Under which the log of the service has more. */
  readonly requestId?: string;
};

/** @param isAskedAgain The page goes on asking; false for what the reader has to do once more. */
export function describeError(error: unknown, { isAskedAgain = true } = {}): ErrorDescription {
  if (!isAppError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      title: 'This page has a fault',
      message,
      hint: 'Load it again; if it stays, tell your administrator.',
    };
  }
  const { code, message, hint, details } = error;
  if (code === 'SERVICE_UNREACHABLE') {
    return {
      title: 'The service cannot be reached',
      message: 'Your connection may be lost, or the service is being started again.',
      hint: isAskedAgain
        ? 'This page goes on by itself as soon as it answers.'
        : 'What you asked for may not be done: look, and try again in a moment.',
      code,
    };
  }
  const requestId = details['requestId'];
  return {
    title: errorCodes[code].meaning.replace(/\.$/, ''),
    message,
    ...(hint !== undefined && { hint }),
    code,
    ...(typeof requestId === 'string' && { requestId }),
  };
}

/** What is wrong with each field of what was sent, by the field's name. */
export function fieldProblems(error: unknown): Readonly<Record<string, string>> {
  const problems = isAppError(error) ? error.details['problems'] : undefined;
  if (!Array.isArray(problems)) return {};
  const found: Record<string, string> = {};
  for (const { field, message, hint } of problems as readonly FieldProblem[]) {
    if (field !== undefined) found[field] ??= hint === undefined ? message : `${message} (${hint})`;
  }
  return found;
}

type FieldProblem = { readonly field?: string; readonly message: string; readonly hint?: string };
