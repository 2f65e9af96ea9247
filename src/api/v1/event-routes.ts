import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isFinal } from '../../service/build-states.ts';
import { logFiles } from '../../service/log/log-entry.ts';
import { followLog } from '../../service/log/log-reader.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { sendFile } from '../files/send-file.ts';
import { failures, guard, security } from './guard.ts';
import { findOwnedBuild } from './owned-build.ts';
import type { V1App } from './v1-app.ts';

const idParams = z.object({ id: z.uuid() });

const eventStream = {
  description:
    'Server-sent events: `id` is the number of the entry, `event` its kind, `data` JSON with `at` and `event`. ' +
    'The last one is `ended`.',
  content: { 'text/event-stream': { schema: z.string() } },
};

const logText = { description: 'The log', content: { 'text/plain': { schema: z.string() } } };

/** Several entries go out as one message each, in one write: 200,000 lines are not 200,000 system calls. */
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
      // At once: a client knows that it is connected, and hears a heartbeat, however long its build waits.
      reply.sse.sendHeaders();
      reply.raw.flushHeaders();
      const lastEventId = Number(request.headers['last-event-id'] ?? request.query.after ?? 0);
      const entries = followLog(deps.folders.ofBuild(build.id), {
        after: Number.isSafeInteger(lastEventId) ? lastEventId : 0,
        signal: gone.signal,
        isOver: async () => {
          const now = await deps.builds.find(build.id);
          return now === undefined || isFinal(now.state);
        },
      });
      for await (const batch of entries) {
        for (const { seq, ...entry } of batch) {
          if (gone.signal.aborted) return;
          await reply.sse.send({ id: String(seq), event: entry.event.kind, data: JSON.stringify(entry) });
        }
      }
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
      // A build that waits has no log yet, and is no fault.
      if (!(await isThere(path))) return reply.type('text/plain; charset=utf-8').send('');
      return sendFile({ path, contentType: 'text/plain; charset=utf-8' }, request, reply);
    },
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
