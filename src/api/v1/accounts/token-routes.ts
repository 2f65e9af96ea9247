import { z } from 'zod';
import type { Principal } from '../../../accounts/account.ts';
import { createApiToken, hashSecret } from '../../../accounts/secret.ts';
import { AppError } from '../../../errors/app-error.ts';
import { principalOf } from '../../authentication.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { failures, guard, security } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { createdTokenSchema, newTokenSchema, tokenSchema, toWireToken } from './wire.ts';

const tags = ['account'];
/** More than anybody uses. Those that end within a day, such as of `GET /login`, are gone before they are many. */
const maxTokens = 1000;
const dayMs = 24 * 3_600_000;

/** One's own API tokens. */
export function addTokenRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    '/account/tokens',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'listTokens',
        summary: "One's own tokens, newest first",
        tags,
        security,
        response: { 200: z.object({ items: z.array(tokenSchema) }).meta({ id: 'TokenList' }), ...failures },
      },
    },
    async (request) => {
      const tokens = await deps.accounts.listTokens(principalOf(request).user.id);
      return { items: tokens.map(toWireToken) };
    },
  );

  app.post(
    '/account/tokens',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'createToken',
        summary: 'Make a token; its text is shown once',
        tags,
        security,
        body: newTokenSchema,
        response: { 201: createdTokenSchema, ...failures },
      },
    },
    async (request, reply) => {
      const created = await createToken(request.body, principalOf(request), deps);
      return reply.code(201).header('cache-control', 'no-store').send(created);
    },
  );

  app.delete(
    '/account/tokens/:id',
    {
      preHandler: guard(deps, 'account'),
      schema: {
        operationId: 'revokeToken',
        summary: "Revoke one of one's own tokens",
        tags,
        security,
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const { user } = principalOf(request);
      await deps.accounts.revokeToken(user.id, request.params.id);
      deps.authenticator.forget(user.id);
      return reply.code(204).send(null);
    },
  );
}

async function createToken(
  { name, scopes, expires_at }: z.infer<typeof newTokenSchema>,
  principal: Principal,
  { accounts, now }: ApiDependencies,
): Promise<z.infer<typeof createdTokenSchema>> {
  const { user } = principal;
  const expiresAt = expires_at === null ? null : new Date(expires_at);
  if (expiresAt !== null && expiresAt <= now()) {
    throw new AppError('ACCOUNT_INVALID', `expires_at: ${expires_at} is over`);
  }
  const wanted = [...new Set(scopes)];
  refuseMoreScopes(wanted, principal);
  await refuseMoreTokens(user.id, { accounts, now });
  const token = createApiToken();
  const tokenHash = hashSecret(token);
  const added = await accounts.addToken({ userId: user.id, name, tokenHash, scopes: wanted, expiresAt });
  return { ...toWireToken(added), token };
}

async function refuseMoreTokens(
  userId: string,
  { accounts, now }: Pick<ApiDependencies, 'accounts' | 'now'>,
): Promise<void> {
  const tomorrow = new Date(now().getTime() + dayMs);
  const kept = (await accounts.listTokens(userId)).filter(
    ({ expiresAt }) => expiresAt === null || expiresAt > tomorrow,
  );
  if (kept.length < maxTokens) return;
  throw new AppError('QUOTA_EXCEEDED', `you have ${kept.length} tokens, and may have ${maxTokens}`, {
    hint: 'revoke those that are not used',
  });
}

/** Nobody gets more by a token than the credential in hand allows. */
function refuseMoreScopes(wanted: readonly string[], { user, scopes }: Principal): void {
  const held: ReadonlySet<string> = scopes;
  const missing = wanted.filter((scope) => !held.has(scope));
  if (missing.length > 0) {
    throw new AppError('AUTH_FORBIDDEN', `the credential of this request lacks ${missing.join(', ')}`, {
      hint: 'a token can have no more scopes than what it is made with',
    });
  }
  if (wanted.includes('admin') && user.role !== 'admin') {
    throw new AppError('AUTH_FORBIDDEN', 'only administrators make tokens with the scope "admin"');
  }
}
