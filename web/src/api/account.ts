import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { isAppError } from '../../../src/errors/app-error.ts';
import { readBasePath } from './base-path.ts';
import { type Account, api, requireData, type Schemas } from './client.ts';

export const accountKey = ['account'] as const;

/** True where the service knows no session of this browser, or no longer. */
export function isSignedOut(error: unknown): boolean {
  return isAppError(error, 'AUTH_REQUIRED', 'AUTH_INVALID');
}

/** Who one is; null: nobody. */
export const accountQuery = queryOptions({
  queryKey: accountKey,
  staleTime: 30_000,
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await requireData(api().GET('/api/v1/account', { signal }));
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
});

/** How one may sign in, and who may make an account. */
export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in'],
  staleTime: 300_000,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/sign-in', { signal })),
});

/** Begins a session. */
export async function signIn(body: Schemas['LogInInput'], client: QueryClient): Promise<void> {
  await requireData(api().POST('/api/v1/session', { body }));
  forgetPrivate(client);
  // An answer that was under way belongs to nobody.
  await client.cancelQueries({ queryKey: accountKey });
  await client.fetchQuery({ ...accountQuery, staleTime: 0 });
}

/** Ends the session. The page is loaded anew: nothing that one user was told is left for the next. */
export async function signOut(): Promise<void> {
  await requireData(api().DELETE('/api/v1/session'));
  location.replace(`${readBasePath()}/sign-in`);
}

/** What one user was told is not for the next. */
function forgetPrivate(client: QueryClient): void {
  client.removeQueries({
    predicate: ({ queryKey: [first] }) => first !== accountKey[0] && first !== 'sign-in',
  });
}

/** Makes an account and begins its session. */
export async function signUp(body: Schemas['SignUpInput'], client: QueryClient): Promise<void> {
  await requireData(api().POST('/api/v1/sign-up', { body }));
  await signIn({ name: body.name, password: body.password }, client);
}
