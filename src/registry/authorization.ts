import type { Credentials } from './credentials.ts';
import type { HttpSender } from './http.ts';

/** What a registry asks for before it answers. @see RFC 9110, section 11.6.1 */
export type Challenge = {
  /** Lower case: `basic`, `bearer`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** Reads a `WWW-Authenticate` header with one challenge, as registries send it. */
export function parseChallenge(header: string): Challenge {
  const [scheme = '', ...rest] = header.trim().split(/\s+/);
  const matches = rest.join(' ').matchAll(/([a-z_]+)="([^"]*)"/gi);
  const parameters = Object.fromEntries(
    [...matches].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
  );
  return { scheme: scheme.toLowerCase(), parameters };
}

export type AuthorizationOptions = {
  readonly credentials: Credentials | undefined;
  readonly send: HttpSender;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The `Authorization` header that answers a challenge; undefined where nothing is known that could.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export async function answerChallenge(
  { scheme, parameters }: Challenge,
  options: AuthorizationOptions,
): Promise<string | undefined> {
  const basic = options.credentials && formatBasic(options.credentials);
  if (scheme !== 'bearer') return basic;
  const { realm = '', service, scope } = parameters;
  if (!realm.startsWith('https://') && basic !== undefined && !isLocal(realm)) return undefined;
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  if (scope !== undefined) url.searchParams.set('scope', scope);
  const headers = basic === undefined ? {} : { Authorization: basic };
  const { status, body } = await options.send({
    method: 'GET',
    url: url.href,
    headers,
    signal: options.signal,
  });
  const token = status === 200 ? readToken(body) : undefined;
  return token && `Bearer ${token}`;
}

function readToken(body: string): string | undefined {
  const { token, access_token } = JSON.parse(body) as { token?: string; access_token?: string };
  return token ?? access_token;
}

function formatBasic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A password goes to a token server in plain text only on this machine. */
function isLocal(url: string): boolean {
  return /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/.test(url);
}
