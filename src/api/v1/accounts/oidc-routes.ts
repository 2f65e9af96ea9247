import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { User } from '../../../accounts/account.ts';
import { loginMs, type PendingLogin } from '../../../accounts/oidc/pending-logins.ts';
import { resolvePerson } from '../../../accounts/oidc/resolve-person.ts';
import { AppError } from '../../../errors/app-error.ts';
import type { ApiDependencies, OidcLogin } from '../../dependencies.ts';
import { cookieOptions, startSession } from '../../session-cookie.ts';
import { failures } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { toRefusedPage } from './oidc-refusal.ts';

const tags = ['account'];
const path = '/session/oidc';
const loginCookie = 'cic_login';

const beginQuery = z.object({
  return_to: z
    .string()
    .max(2000)
    .optional()
    .meta({ description: 'Path below the base path that the browser goes to in the end' }),
  invite: z.string().max(200).optional().meta({ description: 'Code of an invitation' }),
});

/** Logging in at an OIDC provider: the browser goes there, and comes back to the callback. */
export function addOidcRoutes(app: V1App, deps: ApiDependencies): void {
  app.get(
    path,
    {
      schema: {
        operationId: 'beginOidcLogin',
        summary: 'Send the browser to the OIDC provider, or to the sign-in page where that cannot be used',
        tags,
        querystring: beginQuery,
        response: { 302: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const oidc = requireOidc(deps);
      const { return_to: wish, invite } = request.query;
      const returnTo = toLocalPath(wish, deps);
      try {
        const { url, checks } = await oidc.provider.begin(toRedirectUri(request, deps));
        const handle = oidc.pending.add({ checks, returnTo, invite });
        reply.setCookie(loginCookie, handle, { ...toCookieOptions(request, deps), maxAge: loginMs / 1000 });
        return redirect(reply, url);
      } catch (error) {
        request.log.warn({ err: error }, 'the OIDC provider cannot be used');
        return redirect(reply, toRefusedPage(error, { request, reply }, { deps, returnTo }));
      }
    },
  );

  app.get(
    `${path}/callback`,
    {
      schema: {
        operationId: 'finishOidcLogin',
        summary:
          'Where the OIDC provider sends the browser back to; a refused login leads to the sign-in page, `?error=<code>`',
        tags,
        response: { 302: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const returnTo = await finishLogin(request, reply, deps);
      return redirect(reply, returnTo);
    },
  );
}

function redirect(reply: FastifyReply, url: string): FastifyReply {
  return reply.header('cache-control', 'no-store').redirect(url, 302);
}

async function finishLogin(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: ApiDependencies,
): Promise<string> {
  const oidc = requireOidc(deps);
  const pending = oidc.pending.take(request.cookies[loginCookie] ?? '');
  reply.clearCookie(loginCookie, toCookieOptions(request, deps));
  const returnTo = pending?.returnTo;
  try {
    const user = await finishPending(pending, { request, oidc, deps });
    await startSession(user, { request, reply }, deps);
    return returnTo ?? `${deps.settings.basePath}/`;
  } catch (error) {
    return toRefusedPage(error, { request, reply }, { deps, returnTo });
  }
}

type Finish = {
  readonly request: FastifyRequest;
  readonly oidc: OidcLogin;
  readonly deps: ApiDependencies;
};

async function finishPending(
  pending: PendingLogin | undefined,
  { request, oidc, deps }: Finish,
): Promise<User> {
  if (pending === undefined) {
    throw new AppError('AUTH_LOGIN_REFUSED', 'this browser has begun no login, or too long ago', {
      hint: 'log in again',
    });
  }
  const { checks, invite } = pending;
  const person = await oidc.provider.finish(request.url.split('?')[1] ?? '', checks).catch((error) => {
    request.log.warn({ err: error }, 'login at the OIDC provider failed');
    throw error;
  });
  const { settings } = oidc;
  const user = await resolvePerson(person, deps.accounts, { settings, invite, now: deps.now() });
  deps.authenticator.forget(user.id);
  return user;
}

function requireOidc({ oidc }: ApiDependencies): OidcLogin {
  if (oidc === null) throw new AppError('API_NOT_FOUND', 'no OIDC provider is configured here');
  return oidc;
}

/** As the browser sees this service; registered at the provider, which takes no other. */
function toRedirectUri({ protocol, host }: FastifyRequest, { settings }: ApiDependencies): string {
  return `${protocol}://${host}${settings.basePath}/api/v1${path}/callback`;
}

/** Read as browsers read it, for which `/\host` and `//host` are other sites; what lies elsewhere is no wish. */
function toLocalPath(wish: string | undefined, { settings }: ApiDependencies): string {
  const home = `${settings.basePath}/`;
  const here = 'http://localhost';
  if (wish === undefined || !URL.canParse(wish, here)) return home;
  const { origin, pathname, search, hash } = new URL(wish, here);
  const isLocal = origin === here && pathname.startsWith(home) && !pathname.startsWith('//');
  return isLocal ? pathname + search + hash : home;
}

function toCookieOptions(request: FastifyRequest, deps: ApiDependencies) {
  return { ...cookieOptions(request, deps), path: `${deps.settings.basePath}/api/v1${path}` };
}
