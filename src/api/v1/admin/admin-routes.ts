import type { ApiDependencies } from '../../dependencies.ts';
import { failures, guard, security } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { figuresSchema, retentionSchema, settingsSchema, toWireRetention, toWireStorage } from './wire.ts';

/** What administrators look at: queue, storage, retention and settings; nothing here changes anything. */
export function addAdminRoutes(app: V1App, deps: ApiDependencies): void {
  const common = { tags: ['admin'], security };
  const preHandler = guard(deps, 'admin');

  app.get(
    '/admin/figures',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'getSiteFigures',
        summary: 'Queue and storage of the whole site',
        response: { 200: figuresSchema, ...failures },
      },
    },
    async () => {
      const { operations } = deps;
      const [builds, storage] = await Promise.all([deps.builds.countByState(), operations.measure()]);
      const { concurrency } = operations;
      return { builds, concurrency, worker: deps.hasWorker(), ...toWireStorage(storage) };
    },
  );

  app.get(
    '/admin/retention',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'planRetention',
        summary: 'What retention would remove now; nothing is removed',
        response: { 200: retentionSchema, ...failures },
      },
    },
    async () => toWireRetention(await deps.operations.planRetention()),
  );

  app.get(
    '/admin/settings',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'getSiteSettings',
        summary: 'The complete configuration, with where its values come from',
        response: { 200: settingsSchema, ...failures },
      },
    },
    async () => ({ yaml: deps.operations.formatSettings() }),
  );
}
