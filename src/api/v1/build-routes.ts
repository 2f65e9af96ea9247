import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Principal } from '../../accounts/account.ts';
import { isAdministrator } from '../../accounts/account.ts';
import { AppError } from '../../errors/app-error.ts';
import { buildStates } from '../../service/build-states.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { buildDetailsSchema, buildKinds, buildSchema, toWireBuild, type WireBuild } from './build-wire.ts';
import { findBuiltImage } from './built-image.ts';
import { parseCursor, toPage } from './cursor.ts';
import { failures, guard, security } from './guard.ts';
import { findOwnedBuild } from './owned-build.ts';
import { submissionSchema, submit } from './submit.ts';
import type { V1App } from './v1-app.ts';

const idParams = z.object({ id: z.uuid() });

const listQuery = z.object({
  owner: z.enum(['me', 'all']).default('me').meta({ description: 'all: for administrators' }),
  state: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',') : value),
      z.array(z.enum(buildStates)),
    )
    .optional()
    .meta({ description: 'One or several, separated by commas' }),
  user: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Name of a user, in place of `owner`; others: for administrators' }),
  kind: z.enum(buildKinds).optional(),
  workflow: z.string().max(200).optional(),
  step: z.string().max(200).optional(),
  machine: z.string().max(200).optional(),
  search: z.string().min(1).max(200).optional().meta({ description: 'Part of a name or an id' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before' }),
});

const listSchema = z
  .object({ items: z.array(buildSchema), next: z.string().nullable() })
  .meta({ id: 'BuildList' });

export function addBuildRoutes(app: V1App, deps: ApiDependencies): void {
  const tags = ['builds'];

  app.get(
    '/builds',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'listBuilds',
        summary: 'Builds, newest first',
        tags,
        security,
        querystring: listQuery,
        response: { 200: listSchema, ...failures },
      },
    },
    async (request) => listBuilds(request.query, principalOf(request), deps),
  );

  app.get(
    '/builds/:id',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'getBuild',
        summary: 'One build',
        tags,
        security,
        params: idParams,
        response: { 200: buildDetailsSchema, ...failures },
      },
    },
    async (request) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const [owners, image] = await Promise.all([
        deps.builds.listOwners([build.id]),
        findBuiltImage(build, deps.images),
      ]);
      return { ...toWireBuild(build, owners.get(build.id) ?? []), image_id: image?.id ?? null };
    },
  );

  addChangeRoutes(app, deps);
}

function addChangeRoutes(app: V1App, deps: ApiDependencies): void {
  const tags = ['builds'];
  const options = (operationId: string, summary: string) => ({
    preHandler: guard(deps, 'build'),
    schema: { operationId, summary, tags, security, params: idParams },
  });

  const cancel = options(
    'cancelBuild',
    'Stop a build; nothing of it is published. One that others asked for too goes on for them',
  );
  app.post(
    '/builds/:id/cancel',
    { ...cancel, schema: { ...cancel.schema, response: { 202: z.null(), ...failures } } },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      if (!(await leaveToOthers(build.id, principalOf(request), deps))) await deps.builds.cancel(build.id);
      return reply.code(202).send(null);
    },
  );

  const rebuild = options('rebuildBuild', 'Ask for the same once more');
  app.post(
    '/builds/:id/rebuild',
    {
      ...rebuild,
      schema: { ...rebuild.schema, response: { 200: submissionSchema, 201: submissionSchema, ...failures } },
    },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const submission = await submit({ text: build.request, isPlan: build.isPlan }, request, deps);
      return reply.code(submission.joined ? 200 : 201).send(submission);
    },
  );

  const remove = options(
    'deleteBuild',
    'Forget a build that has ended, with its log; its image stays, and for others who asked for it the build too',
  );
  app.delete(
    '/builds/:id',
    { ...remove, schema: { ...remove.schema, response: { 204: z.null(), ...failures } } },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      if (await leaveToOthers(build.id, principalOf(request), deps)) return reply.code(204).send(null);
      await deps.builds.remove(build.id);
      await rm(deps.folders.ofBuild(build.id), { recursive: true, force: true });
      return reply.code(204).send(null);
    },
  );
}

/** What others have asked for too is theirs still; administrators decide about all of it. */
async function leaveToOthers(
  id: string,
  { user, scopes }: Principal,
  { builds }: ApiDependencies,
): Promise<boolean> {
  const isAdmin = user.role === 'admin' && scopes.has('admin');
  return !isAdmin && (await builds.leave(id, user.id));
}

async function listBuilds(
  { owner, user, state, kind, limit, cursor, ...filter }: z.infer<typeof listQuery>,
  principal: Principal,
  { builds, accounts }: ApiDependencies,
): Promise<{ items: WireBuild[]; next: string | null }> {
  const ownerId = await chooseOwner({ owner, user }, principal, accounts);
  if (ownerId === null) return { items: [], next: null };
  const at = cursor === undefined ? undefined : parseCursor(cursor);
  const rows = await builds.list(
    {
      ...filter,
      states: state,
      isPlan: kind && kind === 'plan',
      ownerId,
    },
    { limit: limit + 1, after: at && { createdAt: at.at, id: at.id } },
  );
  const { page, next } = toPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
  const owners = page.length === 0 ? new Map() : await builds.listOwners(page.map(({ id }) => id));
  return { items: page.map((build) => toWireBuild(build, owners.get(build.id) ?? [])), next };
}

/** Whose builds a list has: undefined is everybody's, null those of a user whom nobody knows. */
async function chooseOwner(
  { owner, user: name }: Pick<z.infer<typeof listQuery>, 'owner' | 'user'>,
  principal: Principal,
  accounts: ApiDependencies['accounts'],
): Promise<string | undefined | null> {
  const { user } = principal;
  if (name === user.name || (name === undefined && owner === 'me')) return user.id;
  if (!isAdministrator(principal)) {
    throw new AppError('AUTH_FORBIDDEN', 'only administrators see the builds of others');
  }
  return name === undefined ? undefined : ((await accounts.findByName(name))?.user.id ?? null);
}
