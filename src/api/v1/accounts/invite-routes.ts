import { z } from 'zod';
import { createSecret, hashSecret } from '../../../accounts/secret.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { failures, guard, security } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { createdInviteSchema, inviteSchema, roleSchema, toWireInvite } from './wire.ts';

const tags = ['users'];
const dayMs = 24 * 3_600_000;

const newInviteSchema = z
  .object({
    role: roleSchema.default('user').meta({ description: 'Of the account that is made' }),
    days: z.number().positive().max(365).default(7).meta({ description: 'How long it is good' }),
  })
  .meta({ id: 'NewInvite' });

/** Invitations, for administrators. */
export function addInviteRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/invites',
    {
      preHandler: guard(deps, 'admin'),
      schema: {
        operationId: 'listInvites',
        summary: 'Invitations, oldest first',
        tags,
        security,
        response: { 200: z.object({ items: z.array(inviteSchema) }).meta({ id: 'InviteList' }), ...failures },
      },
    },
    async () => ({ items: (await deps.accounts.listInvites()).map(toWireInvite) }),
  );

  app.post(
    '/invites',
    {
      preHandler: guard(deps, 'admin'),
      schema: {
        operationId: 'createInvite',
        summary: 'Invite somebody; the code is shown once',
        tags,
        security,
        body: newInviteSchema,
        response: { 201: createdInviteSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { role, days } = request.body;
      const code = createSecret();
      const expiresAt = new Date(deps.now().getTime() + days * dayMs);
      const invite = await deps.accounts.addInvite({ codeHash: hashSecret(code), role, expiresAt });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...toWireInvite(invite), code });
    },
  );

  app.delete(
    '/invites/:id',
    {
      preHandler: guard(deps, 'admin'),
      schema: {
        operationId: 'revokeInvite',
        summary: 'Revoke an invitation; an account that was made with it stays',
        tags,
        security,
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      await deps.accounts.revokeInvite(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
