import { hash, randomBytes } from 'node:crypto';
import { tokenPrefix } from './secret.ts';

/** What a client shows to say who it is. */
export type Credential =
  | { readonly kind: 'password'; readonly name: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'session'; readonly secret: string };

/**
 * Reads an `Authorization` header: Basic with name and password, Basic with a token for the name and no password, or
 * Bearer. Answers undefined for anything else.
 *
 * @see RFC 7617 (Basic), RFC 6750 (Bearer)
 */
export function parseAuthorization(header: string): Credential | undefined {
  const [, scheme = '', rest = ''] = /^(\S+) +(\S+)$/.exec(header.trim()) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { kind: 'token', token: rest };
  if (scheme.toLowerCase() !== 'basic' || !/^[A-Za-z0-9+/]*={0,2}$/.test(rest)) return undefined;
  const text = Buffer.from(rest, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1 || text.includes('\0')) return undefined;
  const [name, password] = [text.slice(0, colon), text.slice(colon + 1)];
  return password === '' && name.startsWith(tokenPrefix)
    ? { kind: 'token', token: name }
    : { kind: 'password', name, password };
}

const processKey = randomBytes(32).toString('hex');

const keys = new WeakMap<Credential, string>();

/** A key for caches that tells nothing about the credential, and is worth nothing outside of this process. */
export function toCacheKey(credential: Credential): string {
  const known = keys.get(credential);
  if (known !== undefined) return known;
  // A tenth of what an Hmac object costs; the key never leaves this process.
  const key = hash('sha256', processKey + textOf(credential), 'base64');
  keys.set(credential, key);
  return key;
}

/** No two credentials have the same: a name has no zero character. */
function textOf(credential: Credential): string {
  switch (credential.kind) {
    case 'password':
      return `password ${credential.name}\0${credential.password}`;
    case 'token':
      return `token ${credential.token}`;
    case 'session':
      return `session ${credential.secret}`;
  }
}
