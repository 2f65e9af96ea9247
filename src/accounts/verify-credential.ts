import { type Principal, scopes } from './account.ts';
import type { Credential } from './credential.ts';
import { isPassword } from './password.ts';
import type { AccountStore } from './ports.ts';
import { hashSecret } from './secret.ts';
import { isUserName } from './user-name.ts';
import { createWorkLimit } from './work-limit.ts';

/** Hashing a password takes 19 MiB and a core for some 30 ms. */
const maxVerifications = { running: 2, waiting: 200 };

export type VerifierStore = Pick<AccountStore, 'findByName' | 'findToken' | 'findSession'>;

/** Who showed a credential, and how long it is good; milliseconds since 1970. */
export type Verified = { readonly principal: Principal; readonly untilMs: number };

export type VerifyOptions = {
  readonly now: Date;
  /** It was right before: who has it is no guesser, and does not wait behind those who may be. */
  readonly isKnown: boolean;
};

/**
 * Looks credentials up; undefined for a wrong, expired or revoked one, and for those of a disabled user.
 *
 * @throws AUTH_THROTTLED - of the returned function: too many passwords are looked at
 */
export function createVerifier(
  store: VerifierStore,
): (credential: Credential, options: VerifyOptions) => Promise<Verified | undefined> {
  const limit = createWorkLimit(maxVerifications);
  const find = (credential: Credential, { now, isKnown }: VerifyOptions) => {
    if (credential.kind === 'token') return verifyToken(store, credential.token, now);
    if (credential.kind === 'session') return verifySession(store, credential.secret, now);
    return limit.run(() => verifyPassword(store, credential), { isPreferred: isKnown });
  };
  return async (credential, options) => {
    const found = await find(credential, options);
    return found?.principal.user.isDisabled ? undefined : found;
  };
}

async function verifyPassword(
  store: VerifierStore,
  { name, password }: Extract<Credential, { kind: 'password' }>,
): Promise<Verified | undefined> {
  const found = isUserName(name) ? await store.findByName(name) : undefined;
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
