import type { FastifyPluginCallback, preHandlerHookHandler, RouteShorthandOptions } from 'fastify';
import { AppError } from '../../errors/app-error.ts';
import { isBuildId } from '../../service/build-folder.ts';
import { submitBuild } from '../../service/submit-build.ts';
import { principalOf, requireScope } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problem.ts';
import { submitLimits } from '../quota.ts';
import { acceptAnyBody, requestBodySchema, textOf } from '../request-body.ts';
import type { StatusCache } from './status-cache.ts';
import { frozenBuildSchema, frozenIdSchema, frozenSecurity, frozenTags } from './wire.ts';

type Params = { readonly id: string };

/**
 * `POST /build/` and `GET /build/<id>`, as clients of CIC's predecessor use them.
 *
 * @see shared contract, §3 and §4
 */
export function createBuildRoutes(
  deps: ApiDependencies,
  { statuses, hide }: { readonly statuses: StatusCache; readonly hide: boolean },
): FastifyPluginCallback {
  const authenticated = (scope: 'read' | 'build') =>
    requireScope(deps, { scope, challenge: 'Basic', acceptsCookie: false });
  return (app, _options, done) => {
    // `wget --post-file` and `curl -d` say that JSON is a form; the text is what counts, with its lines and columns.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, parsed) => parsed(null, body));

    app.post('/build', createOptions(authenticated('build'), hide), async (request, reply) => {
      const { user } = principalOf(request);
      const { id } = await submitBuild(textOf(request.body), {
        ownerId: user.id,
        limits: submitLimits(user, deps.settings.quota),
        systems: deps.systems,
        store: deps.builds,
        newId: deps.newId,
      });
      return reply.code(200).send({ id });
    });

    app.get<{ Params: Params }>(
      '/build/:id',
      statusOptions(authenticated('read'), hide),
      (request, reply) => {
        const { id } = request.params;
        reply.type('application/json; charset=utf-8').header('cache-control', 'no-store');
        const kept = statuses.recall(id);
        if (kept === undefined) return findStatus(id);
        // A promise would cost a poll as much as all the rest.
        reply.send(kept);
        return undefined;
      },
    );
    done();
  };

  async function findStatus(id: string): Promise<string> {
    const text = isBuildId(id) ? await statuses.find(id) : undefined;
    if (text === undefined) throw new AppError('BUILD_NOT_FOUND', `there is no build ${JSON.stringify(id)}`);
    return text;
  }
}

function createOptions(preHandler: preHandlerHookHandler, hide: boolean): RouteShorthandOptions {
  return {
    preHandler,
    validatorCompiler: acceptAnyBody,
    schema: {
      hide,
      operationId: 'frozenCreateBuild',
      summary: 'Ask for a build; an equal one in flight is joined',
      tags: frozenTags,
      security: frozenSecurity,
      body: requestBodySchema,
      response: { 200: frozenIdSchema, ...problemResponses },
    },
  };
}

function statusOptions(preHandler: preHandlerHookHandler, hide: boolean): RouteShorthandOptions {
  return {
    preHandler,
    schema: {
      hide,
      operationId: 'frozenGetBuild',
      summary: 'How far a build is; every state of /api/v1 in one of six words',
      tags: frozenTags,
      security: frozenSecurity,
      response: { 200: frozenBuildSchema, ...problemResponses },
    },
  };
}
