import type { Scope } from '../../accounts/account.ts';
import { requireScope } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problem.ts';

/** What a route asks of its caller: a scope of a token, or the session of the web page. */
export function guard(deps: ApiDependencies, scope: Scope) {
  return requireScope(deps, { scope, challenge: 'Bearer', acceptsCookie: true });
}

/** How every route can fail. */
export const failures = problemResponses;

/** How the description of the API says that a route needs a credential. */
export const security = [{ basic: [] }, { token: [] }, { session: [] }];
