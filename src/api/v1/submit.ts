import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { submitBuild } from '../../service/submit-build.ts';
import { principalOf } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { submitLimits } from '../quota.ts';

export const submissionSchema = z
  .object({
    id: z.uuid(),
    joined: z.boolean().meta({ description: 'An equal request was in flight: this is its build' }),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Submission' });

type What = { readonly text: string; readonly isPlan?: boolean };

/** Queues what a request (JSON text) asks for, for the caller. */
export async function submit(
  { text, isPlan = false }: What,
  request: FastifyRequest,
  deps: ApiDependencies,
): Promise<z.infer<typeof submissionSchema>> {
  const { user } = principalOf(request);
  const { id, isJoined, warnings } = await submitBuild(text, {
    ownerId: user.id,
    limits: submitLimits(user, deps.settings.quota),
    systems: deps.systems,
    store: deps.builds,
    newId: deps.newId,
    isPlan,
  });
  return { id, joined: isJoined, warnings: warnings.map(({ message }) => message) };
}
