import { z } from 'zod';
import { requireSameSite } from '../../authentication.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { startSession, stopSession } from '../../session-cookie.ts';
import { failures } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { readRefusal } from './oidc-refusal.ts';
import { nameSchema, signInOptionsSchema, toWireUser, userSchema } from './wire.ts';

const tags = ['account'];

/** Logging in and out. */
export function addSessionRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/sign-in',
    {
      schema: {
        operationId: 'getSignInOptions',
        summary: 'How one logs in, and who may make an account',
        tags,
        response: { 200: signInOptionsSchema, ...failures },
      },
    },
    async (request) => {
      const { signUp, basePath } = deps.settings;
      const { oidc } = deps;
      return {
        sign_up: signUp,
        oidc: oidc && {
          name: oidc.settings.name,
          url: `${basePath}/api/v1/session/oidc`,
          sign_up: oidc.settings.signUp,
        },
        refused: readRefusal(request),
      };
    },
  );

  app.post(
    '/session',
    {
      preHandler: requireSameSite,
      schema: {
        operationId: 'logIn',
        summary: 'Log in with a password: sets the cookie of a session',
        tags,
        body: z.object({ name: nameSchema, password: z.string().max(1000) }).meta({ id: 'LogIn' }),
        response: { 200: userSchema, ...failures },
      },
    },
    async (request, reply) => {
      const credential = { kind: 'password' as const, ...request.body };
      const { user } = await deps.authenticator.authenticate(credential, request.ip);
      await startSession(user, { request, reply }, deps);
      return toWireUser(user);
    },
  );

  app.delete(
    '/session',
    {
      preHandler: requireSameSite,
      schema: {
        operationId: 'logOut',
        summary: 'Log out: ends the session of the cookie, if there is one',
        tags,
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      await stopSession({ request, reply }, deps);
      return reply.code(204).send(null);
    },
  );
}
