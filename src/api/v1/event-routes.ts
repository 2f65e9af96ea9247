import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { logFiles } from '../../service/log/log-entry.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sendFile } from '../files/send-file.ts';
import { failures, guard, security } from './guard.ts';
import { findOwnedBuild } from './owned-build.ts';
import { sendLog } from './send-log.ts';
import type { V1App } from './v1-app.ts';

const idParams = z.object({ id: z.uuid() });

const eventStream = {
  description:
    'Server-sent events: `id` is the number of the entry, `event` its kind, `data` JSON with `at` and `event`. ' +
    'The last one is `ended`.',
  content: { 'text/event-stream': { schema: z.string() } },
};

const logText = { description: 'The log', content: { 'text/plain': { schema: z.string() } } };

export function addEventRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/builds/:id/events',
    {
      sse: { kind: 'only', serializer: String },
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'followBuild',
        summary: 'Stages and log lines as they come (server-sent events); goes on after Last-Event-ID',
        tags: ['logs'],
        security,
        params: idParams,
        querystring: z.object({
          after: z.coerce
            .number()
            .int()
            .min(0)
            .optional()
            .meta({ description: 'For clients that cannot set Last-Event-ID' }),
        }),
        response: { 200: eventStream, ...failures },
      },
    },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const gone = new AbortController();
      reply.sse.onClose(() => gone.abort());
      // Headers go out at once: a client knows that it is connected, however long its build waits.
      reply.sse.sendHeaders();
      reply.raw.flushHeaders();
      await sendLog(reply.raw, build.id, { deps, after: readPosition(request), signal: gone.signal });
    },
  );

  app.get(
    '/builds/:id/log',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'getLog',
        summary: 'The complete log as text; parts of it by Range',
        tags: ['logs'],
        security,
        params: idParams,
        response: { 200: logText, 206: logText, ...failures },
      },
    },
    async (request, reply) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      const path = join(deps.folders.ofBuild(build.id), logFiles.text);
      const contentType = 'text/plain; charset=utf-8';
      // A build that waits has said nothing yet.
      if (!existsSync(path)) return (reply as FastifyReply).type(contentType).send('');
      return sendFile({ path, contentType }, request, reply);
    },
  );
}

type Position = {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: { readonly after?: number | undefined };
};

/** Behind which entry a client goes on. */
function readPosition({ headers, query }: Position): number {
  const position = Number(headers['last-event-id'] ?? query.after ?? 0);
  return Number.isSafeInteger(position) ? position : 0;
}
