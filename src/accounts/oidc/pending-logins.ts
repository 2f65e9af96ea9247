import { createSecret } from '../secret.ts';
import type { LoginChecks } from './oidc-provider.ts';

/** A login that has gone to the provider. */
export type PendingLogin = {
  readonly checks: LoginChecks;
  /** Path of this service. */
  readonly returnTo: string;
  readonly invite?: string | undefined;
};

/** People read their mail for a second factor. */
export const loginMs = 10 * 60_000;
const maxPending = 10_000;

/**
 * Logins under way, in memory: the browser has a random handle alone, so that nothing of it can be forged. A restart
 * forgets them, and one begins anew.
 */
export type PendingLogins = {
  /** @returns The handle, for the browser that began it. */
  add(login: PendingLogin): string;
  /** Each is taken once. */
  take(handle: string): PendingLogin | undefined;
};

/** @param now Milliseconds. */
export function createPendingLogins(now: () => number): PendingLogins {
  const logins = new Map<string, { readonly login: PendingLogin; readonly untilMs: number }>();
  const dropOld = () => {
    for (const [handle, { untilMs }] of logins) {
      if (untilMs > now() && logins.size < maxPending) break;
      logins.delete(handle);
    }
  };
  return {
    add(login) {
      dropOld();
      const handle = createSecret();
      logins.set(handle, { login, untilMs: now() + loginMs });
      return handle;
    },
    take(handle) {
      const found = logins.get(handle);
      logins.delete(handle);
      return found !== undefined && found.untilMs > now() ? found.login : undefined;
    },
  };
}
