import { z } from 'zod';
import { isAdministrator, type Principal } from '../../accounts/account.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ImageRecord } from '../../service/ports.ts';
import { removeImage } from '../../service/remove-image.ts';
import { planImageUse } from '../../service/run-image.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { parseCursor, toPage } from './cursor.ts';
import { failures, guard, security } from './guard.ts';
import { imageDetailsSchema, imageSchema, toWireImage, toWireUse, type WireImage } from './image-wire.ts';
import type { V1App } from './v1-app.ts';

const idParams = z.object({ id: z.uuid() });

const listQuery = z.object({
  owner: z.enum(['me', 'all']).default('all').meta({ description: 'me: of your builds only' }),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Part of its reference, its file, its step or its machine' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before' }),
});

const listSchema = z
  .object({ items: z.array(imageSchema), next: z.string().nullable() })
  .meta({ id: 'ImageList' });

/** Published images: every user may see and download them; whoever asked for one may delete it. */
export function addImageRoutes(app: V1App, deps: ApiDependencies): void {
  const common = { tags: ['images'], security };

  app.get(
    '/images',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        ...common,
        operationId: 'listImages',
        summary: 'Published images, newest first',
        querystring: listQuery,
        response: { 200: listSchema, ...failures },
      },
    },
    async (request) => listImages(request.query, principalOf(request), deps),
  );

  app.get(
    '/images/:id',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        ...common,
        operationId: 'getImage',
        summary: 'One image, with how to get and to run it',
        params: idParams,
        response: { 200: imageDetailsSchema, ...failures },
      },
    },
    async (request) => {
      const image = await requireImage(request.params.id, deps);
      const [wire] = await describeImages([image], principalOf(request), deps);
      if (wire === undefined) throw notFound(image.id);
      const build = image.build === null ? undefined : await deps.builds.find(image.build.id);
      return { ...wire, ...toWireUse(planImageUse(image, { ...deps, build })) };
    },
  );

  app.delete(
    '/images/:id',
    {
      preHandler: guard(deps, 'build'),
      schema: {
        ...common,
        operationId: 'deleteImage',
        summary: 'Remove an image from the list, with its SIF; what was pushed to a registry stays there',
        params: idParams,
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const image = await requireImage(request.params.id, deps);
      if (!(await mayDelete(image, principalOf(request), deps))) {
        throw new AppError('AUTH_FORBIDDEN', 'the image is of another user');
      }
      const place = { images: deps.images, directory: deps.imagesDirectory };
      if (!(await removeImage(image, place))) throw notFound(image.id);
      return reply.code(204).send(null);
    },
  );
}

async function requireImage(id: string, { images }: ApiDependencies): Promise<ImageRecord> {
  const image = await images.find(id);
  if (image === undefined) throw notFound(id);
  return image;
}

function notFound(id: string): AppError {
  return new AppError('IMAGE_NOT_FOUND', `there is no image ${id}`);
}

async function mayDelete(
  { id }: ImageRecord,
  principal: Principal,
  { images }: ApiDependencies,
): Promise<boolean> {
  return isAdministrator(principal) || images.isOwner(id, principal.user.id);
}

async function listImages(
  { owner, search, limit, cursor }: z.infer<typeof listQuery>,
  principal: Principal,
  deps: ApiDependencies,
): Promise<{ items: WireImage[]; next: string | null }> {
  const { user } = principal;
  const at = cursor === undefined ? undefined : parseCursor(cursor);
  const rows = await deps.images.list(
    { search, ownerId: owner === 'me' ? user.id : undefined },
    { limit: limit + 1, after: at && { publishedAt: at.at, id: at.id } },
  );
  const { page, next } = toPage(rows, limit, ({ publishedAt, id }) => ({ at: publishedAt, id }));
  return { items: await describeImages(page, principal, deps), next };
}

/** An image may be one's own while its newest build is of somebody else. */
async function describeImages(
  page: readonly ImageRecord[],
  principal: Principal,
  { images, builds }: ApiDependencies,
): Promise<WireImage[]> {
  const { id: userId } = principal.user;
  const isAdmin = isAdministrator(principal);
  const buildIds = page.flatMap(({ build }) => (build === null ? [] : [build.id]));
  if (page.length === 0) return [];
  const owned = await images.findOwned(
    page.map(({ id }) => id),
    userId,
  );
  const owners = buildIds.length === 0 ? new Map() : await builds.listOwners(buildIds);
  const hasBuild = ({ build }: ImageRecord) =>
    (owners.get(build?.id ?? '') ?? []).some(({ id }: { readonly id: string }) => id === userId);
  return page.map((image) =>
    toWireImage(image, { isOwned: isAdmin || owned.has(image.id), showsBuild: isAdmin || hasBuild(image) }),
  );
}
