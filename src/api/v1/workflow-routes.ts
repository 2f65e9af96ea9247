import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import { parseVersion } from '../../request/names.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { failures, guard, security } from './guard.ts';
import type { V1App } from './v1-app.ts';

const listingSchema = z
  .object({
    version: z.string(),
    commit: z.string().nullable().meta({ description: 'Null where the registry is a plain folder' }),
    items: z.array(z.object({ name: z.string(), steps: z.array(z.string()) }).meta({ id: 'Workflow' })),
  })
  .meta({ id: 'WorkflowList' });

const versionsSchema = z
  .object({ branches: z.array(z.string()), tags: z.array(z.string()) })
  .meta({ id: 'WorkflowVersions' });

/** What the workflow registry has to build. Looked up anew after some seconds. */
export function addWorkflowRoutes(app: V1App, deps: ApiDependencies): void {
  const common = { tags: ['workflows'], security };
  const preHandler = guard(deps, 'read');

  app.get(
    '/workflows',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'listWorkflows',
        summary: 'Workflows of the registry and their steps, at a version',
        querystring: z.object({
          version: z.string().max(200).default('latest').meta({ description: 'Branch, tag or commit' }),
        }),
        response: { 200: listingSchema, ...failures },
      },
    },
    async (request) => {
      const version = requireVersion(request.query.version);
      const { commit = null, workflows } = await deps.workflows.list(version);
      return { version, commit, items: workflows.map(({ name, steps }) => ({ name, steps: [...steps] })) };
    },
  );

  app.get(
    '/workflow-versions',
    {
      preHandler,
      schema: {
        ...common,
        operationId: 'listWorkflowVersions',
        summary: 'Branches and tags of the workflow registry',
        response: { 200: versionsSchema, ...failures },
      },
    },
    async () => {
      const { branches, tags } = await deps.workflows.listVersions();
      return { branches: [...branches], tags: [...tags] };
    },
  );
}

function requireVersion(text: string): string {
  try {
    return parseVersion(text);
  } catch (cause) {
    const { message, hint } = cause as AppError;
    throw new AppError('API_MALFORMED', `version: ${message}`, { ...(hint && { hint }), cause });
  }
}
