import type { FastifyReply, FastifyRequest } from 'fastify';
import type { User } from '../accounts/account.ts';
import { createSecret, hashSecret } from '../accounts/secret.ts';
import { sessionCookie } from './authentication.ts';
import type { ApiDependencies } from './dependencies.ts';

type Deps = Pick<ApiDependencies, 'accounts' | 'authenticator' | 'settings' | 'now'>;

const maxUserAgentChars = 300;
/** Makes the text one that a database takes and a terminal shows. */
const controlCharacters = /\p{Cc}/gu;

/**
 * Logs a browser in: with a secret that nobody knew before, so that a cookie which somebody else has put there is worth
 * nothing; the session that the browser had ends.
 */
export async function startSession(
  user: User,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  deps: Deps,
): Promise<void> {
  await endSession(request, deps);
  const secret = createSecret();
  const maxAgeSeconds = Math.round(deps.settings.sessionHours * 3600);
  const userAgent = request.headers['user-agent'] ?? '';
  await deps.accounts.addSession({
    userId: user.id,
    tokenHash: hashSecret(secret),
    userAgent: userAgent.replaceAll(controlCharacters, '').slice(0, maxUserAgentChars),
    expiresAt: new Date(deps.now().getTime() + maxAgeSeconds * 1000),
  });
  reply.setCookie(sessionCookie, secret, { ...cookieOptions(request, deps), maxAge: maxAgeSeconds });
}

/** Ends the session of the cookie, where there is one, and has the browser forget it. */
export async function stopSession(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  deps: Deps,
): Promise<void> {
  await endSession(request, deps);
  reply.clearCookie(sessionCookie, cookieOptions(request, deps));
}

async function endSession(request: FastifyRequest, { accounts, authenticator, now }: Deps): Promise<void> {
  const secret = request.cookies[sessionCookie];
  const found = secret ? await accounts.findSession(hashSecret(secret), now()) : undefined;
  if (found === undefined) return;
  const { id, userId } = found.session;
  // Another request may have ended it at the same moment.
  await accounts.endSession(userId, id).catch(() => undefined);
  authenticator.forget(userId);
}

/** Scripts do not see it, other sites do not send it with what changes something, and TLS is not left for it. */
export function cookieOptions(
  { protocol }: FastifyRequest,
  { settings }: Pick<Deps, 'settings'>,
): { path: string; httpOnly: true; sameSite: 'lax'; secure: boolean } {
  return { path: settings.basePath || '/', httpOnly: true, sameSite: 'lax', secure: protocol === 'https' };
}
