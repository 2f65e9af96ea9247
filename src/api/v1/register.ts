import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiDependencies } from '../dependencies.ts';
import { addAccountsRoutes } from './accounts/register.ts';
import { addAdminRoutes } from './admin/admin-routes.ts';
import { addBuildRequestRoute } from './build-request-route.ts';
import { addBuildRoutes } from './build-routes.ts';
import { addEventRoutes } from './event-routes.ts';
import { addFileRoutes } from './file-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { addImageRoutes } from './image-routes.ts';
import { addMachineRoutes } from './machine-routes.ts';
import { registerRequestRoutes } from './request-routes.ts';
import { addWorkflowRoutes } from './workflow-routes.ts';

/** Everything under `/api/v1`. */
export async function registerV1(app: FastifyInstance, deps: ApiDependencies, prefix: string): Promise<void> {
  await app.register(
    async (scope) => {
      const typed = scope.withTypeProvider<ZodTypeProvider>();
      addHealthRoutes(typed, deps);
      addBuildRoutes(typed, deps);
      addBuildRequestRoute(typed, deps);
      addEventRoutes(typed, deps);
      addAccountsRoutes(typed, deps);
      addAdminRoutes(typed, deps);
      addFileRoutes(typed, deps);
      addImageRoutes(typed, deps);
      addMachineRoutes(typed, deps);
      addWorkflowRoutes(typed, deps);
      await registerRequestRoutes(scope, deps);
    },
    { prefix },
  );
}
