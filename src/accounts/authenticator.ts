import { AppError } from '../errors/app-error.ts';
import type { Principal } from './account.ts';
import { type Credential, toCacheKey } from './credential.ts';
import type { LoginGuard } from './login-guard.ts';
import type { AccountStore } from './ports.ts';
import { createVerifiedCache } from './verified-cache.ts';
import { createVerifier, type Verified, type VerifierStore } from './verify-credential.ts';

const touchEveryMs = 60_000;
const maxTouched = 10_000;

export type Authenticator = {
  /**
   * Says who shows this credential.
   *
   * @param address Of the client; guesses are counted by it.
   * @throws AUTH_INVALID, AUTH_THROTTLED
   */
  authenticate(credential: Credential, address: string): Promise<Principal>;
  /** The same at once, for a credential that was verified lately. */
  recognise(credential: Credential): Principal | undefined;
  /** Has the credentials of a user, or of all of them, verified anew. */
  forget(userId?: string): void;
};

type Dependencies = {
  readonly store: VerifierStore & Pick<AccountStore, 'touchToken'>;
  readonly guard: LoginGuard;
  /** False while changes of accounts may go unnoticed: nothing is answered from memory then. */
  readonly isCacheUsable: () => boolean;
  readonly now: () => Date;
};

/**
 * Clients poll with Basic every few seconds: a password is verified once and then recognised by a keyed hash, until it
 * changes. Only passwords can be guessed: nothing slows down those who show tokens and sessions.
 */
export function createAuthenticator({ store, guard, isCacheUsable, now }: Dependencies): Authenticator {
  const cache = createVerifiedCache();
  const touchedAtMs = new Map<string, number>();
  /** Clients that start together verify one credential once. */
  const inFlight = new Map<string, Promise<Principal>>();
  const verify = createVerifier(store);

  async function verifyAnew(key: string, credential: Credential, address: string): Promise<Principal> {
    const isKnown = cache.isKnown(key);
    const isGuess = credential.kind === 'password' && !isKnown;
    const settle = isGuess ? guard.admit(address, credential.name) : () => undefined;
    const started = cache.generation;
    let found: Verified | undefined;
    try {
      found = await verify(credential, { now: now(), isKnown });
    } catch (error) {
      settle('undecided');
      throw error;
    }
    settle(found === undefined ? 'wrong' : 'right');
    if (found === undefined) {
      cache.drop(key);
      throw new AppError('AUTH_INVALID', invalidMessages[credential.kind]);
    }
    cache.keep(key, found, { nowMs: now().getTime(), isCurrent: cache.generation === started });
    return found.principal;
  }

  /** When a token was last used is worth a write a minute, and never a failed request. */
  function touch({ tokenId }: Principal, at: Date): void {
    if (tokenId === undefined) return;
    if (at.getTime() - (touchedAtMs.get(tokenId) ?? 0) < touchEveryMs) return;
    if (touchedAtMs.size >= maxTouched) touchedAtMs.clear();
    touchedAtMs.set(tokenId, at.getTime());
    store.touchToken(tokenId, at).catch(() => undefined);
  }

  function recall(key: string): Principal | undefined {
    const at = now();
    const principal = isCacheUsable() ? cache.find(key, at.getTime()) : undefined;
    if (principal !== undefined) touch(principal, at);
    return principal;
  }

  async function verifyOnce(key: string, credential: Credential, address: string): Promise<Principal> {
    const pending = inFlight.get(key);
    if (pending !== undefined) return pending;
    const started = verifyAnew(key, credential, address).finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  }

  return {
    recognise: (credential) => recall(toCacheKey(credential)),
    async authenticate(credential, address) {
      const key = toCacheKey(credential);
      const recalled = recall(key);
      if (recalled !== undefined) return recalled;
      const principal = await verifyOnce(key, credential, address);
      touch(principal, now());
      return principal;
    },
    forget(userId) {
      cache.forget(userId);
      inFlight.clear();
    },
  };
}

/** The same words whether the name exists or not. */
const invalidMessages: Readonly<Record<Credential['kind'], string>> = {
  password: 'user name or password are wrong',
  token: 'the token is unknown, expired or revoked',
  session: 'the session has ended: log in again',
};
