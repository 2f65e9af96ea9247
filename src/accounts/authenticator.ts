import { AppError } from '../errors/app-error.ts';
import type { Principal } from './account.ts';
import { type Credential, toCacheKey } from './credential.ts';
import type { LoginGuard } from './login-guard.ts';
import type { AccountStore } from './ports.ts';
import { createVerifier, type Verified, type VerifierStore } from './verify-credential.ts';

/** A verified credential is believed for so long; changes of accounts end that at once. */
const cacheMs = 5 * 60_000;
const maxCached = 10_000;
const touchEveryMs = 60_000;

export type Authenticator = {
  /**
   * Says who shows this credential.
   *
   * @param address Of the client; guesses are counted by it.
   * @throws AUTH_INVALID, AUTH_THROTTLED
   */
  authenticate(credential: Credential, address: string): Promise<Principal>;
  /** Forgets all verified credentials. */
  forget(): void;
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
 * changes.
 */
export function createAuthenticator({ store, guard, isCacheUsable, now }: Dependencies): Authenticator {
  const cache = new Map<string, Verified>();
  const touchedAtMs = new Map<string, number>();
  /** Clients that start together verify one credential once. */
  const inFlight = new Map<string, Promise<Principal>>();
  const verify = createVerifier(store);
  let generation = 0;

  async function verifyGuarded(key: string, credential: Credential, address: string): Promise<Principal> {
    const name = credential.kind === 'password' ? credential.name : credential.kind;
    guard.admit(address, name);
    const started = generation;
    const found = await verify(credential, now());
    if (found === undefined || found.principal.user.isDisabled) {
      guard.failed(address, name);
      throw new AppError('AUTH_INVALID', invalidMessages[credential.kind]);
    }
    guard.succeeded(address, name);
    if (generation === started) keep(key, found);
    return found.principal;
  }

  function keep(key: string, found: Verified): void {
    for (const oldest of cache.keys()) {
      if (cache.size < maxCached) break;
      cache.delete(oldest);
    }
    cache.set(key, { ...found, untilMs: Math.min(found.untilMs, now().getTime() + cacheMs) });
  }

  /** When a token was last used is worth a write a minute, and never a failed request. */
  function touch({ tokenId }: Principal): void {
    if (tokenId === undefined) return;
    const at = now();
    if (at.getTime() - (touchedAtMs.get(tokenId) ?? 0) < touchEveryMs) return;
    touchedAtMs.set(tokenId, at.getTime());
    store.touchToken(tokenId, at).catch(() => undefined);
  }

  return {
    async authenticate(credential, address) {
      const key = toCacheKey(credential);
      const cached = isCacheUsable() ? cache.get(key) : undefined;
      if (cached !== undefined && cached.untilMs > now().getTime()) {
        touch(cached.principal);
        return cached.principal;
      }
      const pending = inFlight.get(key) ?? verifyGuarded(key, credential, address);
      inFlight.set(key, pending);
      try {
        const principal = await pending;
        touch(principal);
        return principal;
      } finally {
        inFlight.delete(key);
      }
    },
    forget() {
      generation += 1;
      cache.clear();
    },
  };
}

/** The same words whether the name exists or not. */
const invalidMessages: Readonly<Record<Credential['kind'], string>> = {
  password: 'user name or password are wrong',
  token: 'the token is unknown, expired or revoked',
  session: 'the session has ended: log in again',
};
