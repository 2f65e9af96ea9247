import type { FastifyPluginCallback } from 'fastify';
import { createApiToken, hashSecret } from '../../accounts/secret.ts';
import { principalOf, requireScope } from '../authentication.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problemResponses } from '../problem.ts';
import { frozenSecurity, frozenTags, frozenTokenSchema } from './wire.ts';

/** What a token that a program gets for a password may do, and for how long. */
const programScopes = ['read', 'build'] as const;
const durationSeconds = 24 * 3600;

/**
 * `GET /login` with Basic: a token for programs that do not want to keep a password.
 *
 * @see shared contract, §2
 */
export function createLoginRoutes(
  deps: ApiDependencies,
  { hide }: { readonly hide: boolean },
): FastifyPluginCallback {
  const guard = requireScope(deps, { scope: 'account', challenge: 'Basic', acceptsCookie: false });
  const schema = {
    hide,
    operationId: 'frozenLogin',
    summary: 'A token of a day for a user name and a password',
    tags: frozenTags,
    security: frozenSecurity,
    response: { 200: frozenTokenSchema, ...problemResponses },
  };
  return (app, _options, done) => {
    app.get('/login', { preHandler: guard, schema }, async (request, reply) => {
      const { user } = principalOf(request);
      const token = createApiToken();
      const expiresAt = new Date(deps.now().getTime() + durationSeconds * 1000);
      await deps.accounts.addToken({
        userId: user.id,
        name: 'login',
        tokenHash: hashSecret(token),
        scopes: programScopes,
        expiresAt,
      });
      return reply.header('cache-control', 'no-store').send({ token, duration: durationSeconds });
    });
    done();
  };
}
