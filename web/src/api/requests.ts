import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pollWhile } from '../shared/poll-while.ts';
import { api, requireData, type Schemas } from './client.ts';

export type BuildRequest = Schemas['BuildRequestInput'];

/** Everything that the service has said of requests is below it. */
export const validationKey = ['validation'] as const;

/**
 * What the service says of a request. An answer belongs to its request: one that comes late is kept under that, and
 * shown no more. The last one stays until the next is there.
 */
export function validationQuery(request: BuildRequest) {
  return queryOptions({
    queryKey: [...validationKey, request],
    staleTime: 5_000,
    gcTime: 60_000,
    queryFn: async ({ signal }) => ({
      request,
      validation: await requireData(api().POST('/api/v1/validate', { body: request, signal })),
    }),
    placeholderData: keepPreviousData,
  });
}

/** Asks for a build. */
export function askForBuild(body: BuildRequest): Promise<Schemas['Submission']> {
  return requireData(api().POST('/api/v1/builds', { body }));
}

/** Asks for a dry run, which is queued as a build of the kind `plan`. */
export function askForPlan(body: BuildRequest): Promise<Schemas['Submission']> {
  return requireData(api().POST('/api/v1/dry-run', { body }));
}

/** What a build was asked for with. */
export function buildRequestQuery(id: string) {
  return queryOptions({
    queryKey: ['build-request', id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/builds/{id}/request', { params: { path: { id } }, signal })),
  });
}

/** A dry run, until it has ended. */
export function planQuery(id: string) {
  return queryOptions({
    queryKey: ['plan', id],
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/builds/{id}', { params: { path: { id } }, signal })),
    refetchInterval: pollWhile((build: Schemas['Build']) => build.finished_at === null),
  });
}

const shownFiles = ['Dockerfile', 'Dockerfile.build', 'spack.yaml', 'spack.lock'] as const;

/** The files that a dry run has made, by their names, in the order in which they are read. */
export function planFilesQuery(id: string) {
  return queryOptions({
    queryKey: ['plan-files', id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const { items } = await requireData(
        api().GET('/api/v1/builds/{id}/files', { params: { path: { id } }, signal }),
      );
      const names = shownFiles.filter((shown) => items.some(({ name }) => name === shown));
      return Promise.all(
        names.map(async (name) => ({
          name,
          text: await requireData(
            api().GET('/api/v1/builds/{id}/files/{name}', {
              params: { path: { id, name } },
              parseAs: 'text',
              signal,
            }),
          ),
        })),
      );
    },
  });
}
