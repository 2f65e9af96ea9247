import { z } from 'zod';
import type { Principal } from '../../../accounts/account.ts';
import { checkPassword, hashPassword } from '../../../accounts/password.ts';
import { AppError, isAppError } from '../../../errors/app-error.ts';
import { principalOf } from '../../authentication.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { userLimits } from '../../quota.ts';
import { failures, guard, security } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { accountSchema, passwordSchema, sessionSchema, toWireSession, toWireUser } from './wire.ts';

const tags = ['account'];

/** One's own account: what it has, its password and its sessions. */
export function addAccountRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/account',
    {
      preHandler: guard(deps, 'read'),
      schema: {
        operationId: 'getAccount',
        summary: 'Who one is, what one may have and has',
        tags,
        security,
        response: { 200: accountSchema, ...failures },
      },
    },
    async (request) => describeAccount(principalOf(request), deps),
  );

  app.post(
    '/account/password',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'changePassword',
        summary: 'Change the password; ends all other sessions, tokens stay',
        tags,
        security,
        body: z
          .object({ old_password: z.string().max(1000), new_password: passwordSchema })
          .meta({ id: 'PasswordChange' }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const { user, sessionId } = principalOf(request);
      const { old_password: password, new_password: next } = request.body;
      const old = { kind: 'password' as const, name: user.name, password };
      await deps.authenticator.authenticate(old, request.ip).catch((error: unknown) => {
        if (!isAppError(error, 'AUTH_INVALID')) throw error;
        throw new AppError('ACCOUNT_PASSWORD_WRONG', 'the old password is wrong');
      });
      checkPassword(next, user.name);
      await deps.accounts.setPassword(user.id, await hashPassword(next), { keepSessionId: sessionId });
      deps.authenticator.forget(user.id);
      return reply.code(204).send(null);
    },
  );

  addOwnSessionRoutes(app, deps);
}

function addOwnSessionRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/account/sessions',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'listSessions',
        summary: "One's own sessions, newest first",
        tags,
        security,
        response: {
          200: z.object({ items: z.array(sessionSchema) }).meta({ id: 'SessionList' }),
          ...failures,
        },
      },
    },
    async (request) => {
      const { user, sessionId } = principalOf(request);
      const sessions = await deps.accounts.listSessions(user.id, deps.now());
      return { items: sessions.map((session) => toWireSession(session, sessionId)) };
    },
  );

  app.delete(
    '/account/sessions/:id',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'endSession',
        summary: "End one of one's own sessions",
        tags,
        security,
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const { user } = principalOf(request);
      await deps.accounts.endSession(user.id, request.params.id);
      deps.authenticator.forget(user.id);
      return reply.code(204).send(null);
    },
  );
}

async function describeAccount(
  { user, scopes }: Principal,
  { accounts, builds, images, settings }: ApiDependencies,
): Promise<z.infer<typeof accountSchema>> {
  const [counts, storedBytes, found] = await Promise.all([
    builds.countByState({ ownerId: user.id }),
    images.storedBytes(user.id),
    accounts.findByName(user.name),
  ]);
  const { running, queued, storedBytes: mayStore } = userLimits(user, settings.quota);
  return {
    user: toWireUser(user),
    // Worth nothing in the hands of others.
    scopes: [...scopes].filter((scope) => scope !== 'admin' || user.role === 'admin'),
    has_password: found?.passwordHash != null,
    limits: {
      ...(running !== undefined && { running }),
      ...(queued !== undefined && { queued }),
      ...(mayStore !== undefined && { stored_bytes: mayStore }),
    },
    usage: { running: counts.running, queued: counts.queued, stored_bytes: storedBytes },
  };
}
