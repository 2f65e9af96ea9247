import { AppError } from '../errors/app-error.ts';
import { type Principal, scopes } from './account.ts';
import type { Credential } from './credential.ts';
import { isPassword } from './password.ts';
import type { AccountStore } from './ports.ts';
import { hashSecret } from './secret.ts';

/** Hashing passwords takes memory and a core each. */
const maxVerifications = 2;
const maxWaiting = 100;

export type VerifierStore = Pick<AccountStore, 'findByName' | 'findToken' | 'findSession'>;

/** Who showed a credential, and how long it is good; milliseconds since 1970. */
export type Verified = { readonly principal: Principal; readonly untilMs: number };

/** Looks credentials up; undefined for a wrong, expired or revoked one. */
export function createVerifier(
  store: VerifierStore,
): (credential: Credential, now: Date) => Promise<Verified | undefined> {
  const limit = createLimit();
  return (credential, now) => {
    if (credential.kind === 'token') return verifyToken(store, credential.token, now);
    if (credential.kind === 'session') return verifySession(store, credential.secret, now);
    return limit(() => verifyPassword(store, credential.name, credential.password));
  };
}

async function verifyPassword(
  store: VerifierStore,
  name: string,
  password: string,
): Promise<Verified | undefined> {
  const found = await store.findByName(name);
  const isRight = await isPassword(password, found?.passwordHash);
  if (found === undefined || !isRight) return undefined;
  return { principal: { user: found.user, scopes: new Set(scopes) }, untilMs: Number.POSITIVE_INFINITY };
}

async function verifyToken(store: VerifierStore, text: string, now: Date): Promise<Verified | undefined> {
  const found = await store.findToken(hashSecret(text));
  if (found === undefined) return undefined;
  const { user, token } = found;
  const untilMs = token.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (untilMs <= now.getTime()) return undefined;
  return { principal: { user, scopes: new Set(token.scopes), tokenId: token.id }, untilMs };
}

async function verifySession(store: VerifierStore, secret: string, now: Date): Promise<Verified | undefined> {
  const found = await store.findSession(hashSecret(secret), now);
  if (found === undefined) return undefined;
  const { user, session } = found;
  const principal = { user, scopes: new Set(scopes), sessionId: session.id };
  return { principal, untilMs: session.expiresAt.getTime() };
}

/** Runs a few at a time, lets some wait and refuses the rest. */
function createLimit() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxVerifications) {
      if (waiting.length >= maxWaiting) {
        const details = { retryAfterSeconds: 5 };
        throw new AppError('AUTH_THROTTLED', 'too many logins at a time: try again in 5 s', { details });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
