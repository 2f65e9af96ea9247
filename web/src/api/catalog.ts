import { queryOptions } from '@tanstack/react-query';
import { api, requireData } from './client.ts';

/** HPC systems and microarchitectures; they change with the service only. */
export const machinesQuery = queryOptions({
  queryKey: ['machines'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/machines', { signal })),
});

/** Workflows of the registry and their steps. */
export function workflowsQuery(version = 'latest') {
  return queryOptions({
    queryKey: ['workflows', version],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/workflows', { params: { query: { version } }, signal })),
  });
}

/** Branches and tags of the workflow registry. */
export const workflowVersionsQuery = queryOptions({
  queryKey: ['workflow-versions'],
  staleTime: 60_000,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/workflow-versions', { signal })),
});

/** All accounts, for administrators. */
export const usersQuery = queryOptions({
  queryKey: ['users'],
  staleTime: 30_000,
  queryFn: ({ signal }) => requireData(api().GET('/api/v1/users', { signal })),
});
