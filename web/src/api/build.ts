import { queryOptions } from '@tanstack/react-query';
import { askUntilAnswered, pollWhile } from '../shared/poll-while.ts';
import { readBasePath } from './base-path.ts';
import { buildsKey, isActive } from './builds.ts';
import { api, type Build, type BuildDetails, requireData, type Schemas } from './client.ts';

export type BuildFile = Schemas['BuildFileList']['items'][number];

/** One build; asked for again while it goes on. */
export function buildQuery(id: string) {
  return queryOptions<BuildDetails>({
    queryKey: [...buildsKey, 'one', id],
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/builds/{id}', { params: { path: { id } }, signal })),
    refetchInterval: pollWhile(isActive),
  });
}

/** What it was made from: known some time after its start. */
export function buildFilesQuery({ id, state }: Pick<Build, 'id' | 'state'>) {
  return queryOptions({
    // The state is a part of it: with the end of a build its last files are there.
    queryKey: [...buildsKey, 'files', id, state],
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/builds/{id}/files', { params: { path: { id } }, signal })),
    refetchInterval: isActive({ state }) ? 5_000 : askUntilAnswered,
  });
}

/** The text of a file. It may be written anew by a second attempt, which has another size. */
export function buildFileQuery(id: string, { name, size_bytes: size }: BuildFile) {
  return queryOptions({
    queryKey: [...buildsKey, 'file', id, name, size],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<string> => {
      const params = { path: { id, name } };
      const text = api().GET('/api/v1/builds/{id}/files/{name}', { params, parseAs: 'text', signal });
      return String(await requireData(text));
    },
  });
}

export async function cancelBuild(id: string): Promise<void> {
  await requireData(api().POST('/api/v1/builds/{id}/cancel', { params: { path: { id } } }));
}

/** Asks for the same once more. */
export function rebuild(id: string): Promise<Schemas['Submission']> {
  return requireData(api().POST('/api/v1/builds/{id}/rebuild', { params: { path: { id } } }));
}

export async function deleteBuild(id: string): Promise<void> {
  await requireData(api().DELETE('/api/v1/builds/{id}', { params: { path: { id } } }));
}

/** Where a browser downloads from: the cookie of the session goes along. */
export const buildAddresses = {
  log: (id: string) => `${readBasePath()}/api/v1/builds/${id}/log`,
  file: (id: string, name: string) =>
    `${readBasePath()}/api/v1/builds/${id}/files/${encodeURIComponent(name)}`,
};
