import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, preHandlerHookHandler } from 'fastify';
import type { Principal, Scope } from '../accounts/account.ts';
import { type Credential, parseAuthorization } from '../accounts/credential.ts';
import { AppError, isAppError } from '../errors/app-error.ts';
import type { ApiDependencies } from './dependencies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends it; null where a route asks for nobody. */
    principal: Principal | null;
  }
}

/** Not `__Host-`: the cookie lives under the base path, and a laptop has no TLS. */
export const sessionCookie = 'cic_session';

type Options = {
  readonly scope: Scope;
  /** What a client is asked for: browsers show a window of their own for `Basic`, which a page does not want. */
  readonly challenge: 'Basic' | 'Bearer';
  readonly acceptsCookie: boolean;
};

/** A hook for routes that ask for nobody, and change something. */
export const requireSameSite: preHandlerHookHandler = async (request) => refuseCrossSite(request);

/** A hook that lets only those in whose credential allows it; at once where it is recognised, for clients poll. */
export function requireScope(
  { authenticator }: Pick<ApiDependencies, 'authenticator'>,
  { scope, challenge, acceptsCookie }: Options,
): preHandlerHookHandler {
  return (request, reply, done) => {
    const admit = (principal: Principal) => {
      request.principal = principal;
      refuseBeyondScope(principal, scope);
    };
    const refuse = (error: Error) => {
      if (isAppError(error)) askForCredential(error, challenge, reply);
      done(error);
    };
    try {
      refuseCrossSite(request);
      const credential = readCredential(request, acceptsCookie);
      if (credential === undefined)
        throw new AppError('AUTH_REQUIRED', 'this needs a user name and password, or a token');
      const known = authenticator.recognise(credential);
      if (known === undefined) {
        const verified = authenticator.authenticate(credential, request.ip);
        void verified.then(admit).then(() => done(), refuse);
        return;
      }
      admit(known);
    } catch (error) {
      refuse(error as Error);
      return;
    }
    done();
  };
}

/** Who sends a request that {@link requireScope} let in. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null)
    throw new AppError('INTERNAL_ERROR', 'a route without authentication asks for a user');
  return request.principal;
}

/** The credential of a header wins over the cookie. */
function readCredential(request: FastifyRequest, acceptsCookie: boolean): Credential | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return readHeader(authorization, request.raw.socket);
  const secret = acceptsCookie ? request.cookies[sessionCookie] : undefined;
  return secret ? { kind: 'session', secret } : undefined;
}

/** The last header of each connection that is open: who polls shows the same again and again. */
const lastHeaders = new WeakMap<Socket, { readonly text: string; readonly credential: Credential }>();

function readHeader(text: string, connection: Socket): Credential {
  const last = lastHeaders.get(connection);
  if (last?.text === text) return last.credential;
  const credential = parseAuthorization(text);
  if (credential === undefined) throw new AppError('AUTH_INVALID', 'the Authorization header cannot be read');
  lastHeaders.set(connection, { text, credential });
  return credential;
}

/**
 * Browsers send cookies, and Basic credentials that they remember, along with what other sites ask for; they also say
 * that they do. A program says neither.
 *
 * @see Fetch Metadata Request Headers, Sec-Fetch-Site
 */
function refuseCrossSite(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isForeign =
    site === undefined
      ? origin !== undefined && !isSameHost(origin, request.host)
      : site !== 'same-origin' && site !== 'none';
  if (isForeign) throw new AppError('AUTH_CROSS_SITE', 'the request was sent by a page of another site');
}

/** Proxies may add the port that the scheme implies, and browsers leave it out. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const here = `${protocol}//${host}`;
  return URL.canParse(here) && new URL(here).host === own;
}

function refuseBeyondScope({ user, scopes }: Principal, scope: Scope): void {
  if (!scopes.has(scope)) {
    throw new AppError('AUTH_FORBIDDEN', `the token lacks the scope "${scope}"`, {
      hint: `it has ${[...scopes].join(', ')}`,
    });
  }
  if (scope === 'admin' && user.role !== 'admin') {
    throw new AppError('AUTH_FORBIDDEN', 'only administrators may do this');
  }
}

function askForCredential({ code }: AppError, challenge: Options['challenge'], reply: FastifyReply): void {
  if (code !== 'AUTH_REQUIRED' && code !== 'AUTH_INVALID') return;
  reply.header(
    'www-authenticate',
    challenge === 'Basic' ? 'Basic realm="CIC", charset="UTF-8"' : 'Bearer realm="CIC"',
  );
}
