import { z } from 'zod';
import { requireRequest } from '../../request/parse-request.ts';
import { spellOutRequest } from '../../request/spell-out-request.ts';
import { parseServiceRequest } from '../../service/submit-build.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { failures, guard, security } from './guard.ts';
import { findOwnedBuild } from './owned-build.ts';
import type { V1App } from './v1-app.ts';

const spelledOutSchema = z
  .object({
    machine: z.object({
      name: z.string().optional().meta({ description: 'Of an HPC system' }),
      platform: z.string(),
      architecture: z.string(),
      container_engine: z.enum(['docker', 'apptainer']),
      mpi: z.string().meta({ description: 'Empty: none' }),
      gpu: z.string().meta({ description: 'Empty: none' }),
    }),
    workflow: z.string(),
    step_id: z.string(),
    version: z.string(),
    force: z.boolean(),
    push: z.boolean().optional(),
  })
  .meta({ id: 'SpelledOutRequest', description: 'A build request with every field in its plain form' });

export function addBuildRequestRoute(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/builds/:id/request',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'getBuildRequest',
        summary: 'What a build was asked for with, all fields spelled out',
        tags: ['builds'],
        security,
        params: z.object({ id: z.uuid() }),
        response: { 200: spelledOutSchema, ...failures },
      },
    },
    async (request) => {
      const build = await findOwnedBuild(request.params.id, principalOf(request), deps);
      return spellOutRequest(requireRequest(parseServiceRequest(build.request, deps.systems)));
    },
  );
}
