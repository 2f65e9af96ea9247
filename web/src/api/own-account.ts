import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { isAppError } from '../../../src/errors/app-error.ts';
import { api, requireData, type Schemas } from './client.ts';

const tokensKey = ['own-tokens'] as const;
const sessionsKey = ['own-sessions'] as const;

export const tokensQuery = queryOptions({
  queryKey: tokensKey,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/account/tokens', { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: sessionsKey,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/account/sessions', { signal })),
});

/** Ends all other sessions too. */
export async function changePassword(
  body: Schemas['PasswordChangeInput'],
  client: QueryClient,
): Promise<void> {
  await requireData(api().POST('/api/v1/account/password', { body }));
  await client.invalidateQueries({ queryKey: sessionsKey });
}

/** @returns The token with its text, which nobody can see again: it waits for no list. */
export async function createToken(
  body: Schemas['NewTokenInput'],
  client: QueryClient,
): Promise<Schemas['CreatedToken']> {
  const created = await requireData(api().POST('/api/v1/account/tokens', { body }));
  void client.invalidateQueries({ queryKey: tokensKey });
  return created;
}

export async function revokeToken(id: string, client: QueryClient): Promise<void> {
  await requireData(api().DELETE('/api/v1/account/tokens/{id}', { params: { path: { id } } }));
  void client.invalidateQueries({ queryKey: tokensKey });
}

/** Ends sessions of one's own in other browsers. */
export async function endSessions(ids: readonly string[], client: QueryClient): Promise<void> {
  try {
    for (const id of ids) await endSession(id);
  } finally {
    void client.invalidateQueries({ queryKey: sessionsKey });
  }
}

/** One that has ended already is what was wanted. */
async function endSession(id: string): Promise<void> {
  try {
    await requireData(api().DELETE('/api/v1/account/sessions/{id}', { params: { path: { id } } }));
  } catch (error) {
    if (!isAppError(error, 'ACCOUNT_NOT_FOUND')) throw error;
  }
}
