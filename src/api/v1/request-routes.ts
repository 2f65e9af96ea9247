import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ApiDependencies } from '../dependencies.ts';
import { acceptAnyBody, requestBodySchema, textOf } from '../request-body.ts';
import { failures, guard, security } from './guard.ts';
import { submissionSchema, submit } from './submit.ts';
import { validate, validationSchema } from './validation.ts';

/** Routes that take a build request. They read its text themselves: problems have lines and columns then. */
export async function registerRequestRoutes(scope: FastifyInstance, deps: ApiDependencies): Promise<void> {
  await scope.register(async (texts) => {
    texts.removeContentTypeParser('application/json');
    texts.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    const app = texts.withTypeProvider<ZodTypeProvider>();
    const validatorCompiler = acceptAnyBody;
    const build = { preHandler: guard(deps, 'build'), validatorCompiler };

    const submissions = { 200: submissionSchema, 201: submissionSchema, ...failures };
    const taken = { tags: ['builds'], security, body: requestBodySchema, response: submissions };

    app.post(
      '/builds',
      {
        ...build,
        schema: {
          ...taken,
          operationId: 'createBuild',
          summary: 'Ask for a build; an equal one in flight is joined (200)',
        },
      },
      async (request, reply) => {
        const submission = await submit({ text: textOf(request.body) }, request, deps);
        return reply.code(submission.joined ? 200 : 201).send(submission);
      },
    );

    app.post(
      '/dry-run',
      {
        ...build,
        schema: {
          ...taken,
          operationId: 'createDryRun',
          summary: 'Resolve and plan, with Spack too, but build nothing',
          description:
            'Takes minutes where Spack decides, so it is queued as a build of the kind `plan`, with a log and a cancel. ' +
            'What it makes is `plan.json`, among its files.',
        },
      },
      async (request, reply) => {
        const submission = await submit({ text: textOf(request.body), isPlan: true }, request, deps);
        return reply.code(submission.joined ? 200 : 201).send(submission);
      },
    );

    app.post(
      '/validate',
      {
        preHandler: guard(deps, 'read'),
        validatorCompiler,
        schema: {
          operationId: 'validateRequest',
          summary:
            'All problems of a request, what it stands for, and whether that is there; nothing is fetched',
          tags: ['builds'],
          security,
          body: requestBodySchema,
          response: { 200: validationSchema, ...failures },
        },
      },
      async (request) => validate(textOf(request.body), deps),
    );
  });
}
