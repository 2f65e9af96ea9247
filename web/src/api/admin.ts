import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { pollWhile } from '../shared/poll-while.ts';
import { usersQuery } from './catalog.ts';
import { api, requireData, type Schemas } from './client.ts';

/** Queue and storage of the whole site. */
export const figuresQuery = queryOptions({
  queryKey: ['admin', 'figures'],
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/admin/figures', { signal })),
  refetchInterval: pollWhile<Schemas['SiteFigures']>(({ builds }) => builds.running + builds.queued > 0),
});

/** What retention would remove; the service looks at every file for it. */
export const retentionQuery = queryOptions({
  queryKey: ['admin', 'retention'],
  staleTime: 60_000,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/admin/retention', { signal })),
});

export const settingsQuery = queryOptions({
  queryKey: ['admin', 'settings'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/admin/settings', { signal })),
});

export const invitesQuery = queryOptions({
  queryKey: ['admin', 'invites'],
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/invites', { signal })),
});

const renewUsers = (client: QueryClient) => client.invalidateQueries({ queryKey: usersQuery.queryKey });
const renewInvites = (client: QueryClient) => client.invalidateQueries({ queryKey: invitesQuery.queryKey });

/** @returns The user, with the password that was made up: it waits for no list. */
export async function createUser(
  body: Schemas['NewUserInput'],
  client: QueryClient,
): Promise<Schemas['CreatedUser']> {
  const created = await requireData(api().POST('/api/v1/users', { body }));
  void renewUsers(client);
  return created;
}

export async function changeUser(
  id: string,
  body: Schemas['UserChangeInput'],
  client: QueryClient,
): Promise<void> {
  await requireData(api().PATCH('/api/v1/users/{id}', { params: { path: { id } }, body }));
  // The row says it when the form closes.
  await renewUsers(client);
}

/** Ends all sessions of the user. */
export async function setPassword(id: string, password: string): Promise<void> {
  await requireData(
    api().PUT('/api/v1/users/{id}/password', { params: { path: { id } }, body: { password } }),
  );
}

export async function deleteUser(id: string, client: QueryClient): Promise<void> {
  await requireData(api().DELETE('/api/v1/users/{id}', { params: { path: { id } } }));
  void renewUsers(client);
}

/** @returns The invitation with its code, which nobody can see again: it waits for no list. */
export async function createInvite(
  body: Schemas['NewInviteInput'],
  client: QueryClient,
): Promise<Schemas['CreatedInvite']> {
  const created = await requireData(api().POST('/api/v1/invites', { body }));
  void renewInvites(client);
  return created;
}

export async function revokeInvite(id: string, client: QueryClient): Promise<void> {
  await requireData(api().DELETE('/api/v1/invites/{id}', { params: { path: { id } } }));
  void renewInvites(client);
}
