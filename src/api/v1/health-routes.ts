import { z } from 'zod';
import type { ApiDependencies } from '../dependencies.ts';
import { failures } from './guard.ts';
import type { V1App } from './v1-app.ts';

const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    database: z.boolean(),
    worker: z.boolean().meta({ description: 'A worker is there to take builds' }),
  })
  .meta({ id: 'Readiness' });

const versionSchema = z.object({ version: z.string() }).meta({ id: 'Version' });

export function addHealthRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/health',
    {
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the service runs; says nothing about what it needs',
        tags: ['service'],
        response: { 200: healthSchema },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/ready',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the service can take requests and build',
        tags: ['service'],
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const database = await deps.checkStorage().then(
        () => true,
        () => false,
      );
      const worker = deps.hasWorker();
      const isReady = database && worker && !app.isDraining();
      return reply
        .code(isReady ? 200 : 503)
        .send({ status: isReady ? ('ready' as const) : ('not_ready' as const), database, worker });
    },
  );

  app.get(
    '/version',
    {
      schema: {
        operationId: 'getVersion',
        summary: 'Version of the service',
        tags: ['service'],
        response: { 200: versionSchema, ...failures },
      },
    },
    async () => ({ version: deps.version }),
  );
}
