import { isAppError } from '../../../src/errors/app-error.ts';

/** What to tell who could not sign in or up, where the service's own words are for programs. */
export function explainSignIn(error: unknown): string {
  if (isAppError(error, 'AUTH_INVALID')) return 'The name or the password is wrong.';
  if (isAppError(error, 'AUTH_THROTTLED')) return 'That was too often: wait a little, then try again.';
  if (isAppError(error, 'SERVICE_UNREACHABLE'))
    return 'The service cannot be reached: try again in a moment.';
  if (isAppError(error)) return [error.message, error.hint].filter(Boolean).join(': ');
  return error instanceof Error ? error.message : String(error);
}
