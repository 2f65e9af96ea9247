import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { accountKey } from './account.ts';
import { readBasePath } from './base-path.ts';
import { api, type Query, requireData } from './client.ts';

const imagesKey = ['images'] as const;

/** A page of images, newest first. */
export function imagesQuery(query: Query<'/api/v1/images'>) {
  return queryOptions({
    queryKey: [...imagesKey, 'list', query],
    queryFn: ({ signal }) => requireData(api().GET('/api/v1/images', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function imageQuery(id: string) {
  return queryOptions({
    queryKey: [...imagesKey, 'one', id],
    queryFn: ({ signal }) =>
      requireData(api().GET('/api/v1/images/{id}', { params: { path: { id } }, signal })),
  });
}

/** Removes an image with its SIF. */
export async function deleteImage(id: string, client: QueryClient): Promise<void> {
  await requireData(api().DELETE('/api/v1/images/{id}', { params: { path: { id } } }));
  // Not the image's own page: it is gone, and the reader leaves it.
  void client.invalidateQueries({ queryKey: [...imagesKey, 'list'] });
  void client.invalidateQueries({ queryKey: accountKey });
}

/** Where the service hands out a SIF file; with its whole address, for other programs. */
export function sifUrl(filename: string): string {
  return `${location.origin}${readBasePath()}/images/download/${encodeURIComponent(filename)}`;
}
