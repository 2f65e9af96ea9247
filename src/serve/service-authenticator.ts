import { type Authenticator, createAuthenticator } from '../accounts/authenticator.ts';
import { createLoginGuard } from '../accounts/login-guard.ts';
import type { Storage } from '../storage/open-storage.ts';

/** Verifies credentials, and believes them until the database says that an account has changed, whoever changed it. */
export function createServiceAuthenticator({
  accounts,
  changes,
}: Pick<Storage, 'accounts' | 'changes'>): Authenticator {
  const authenticator = createAuthenticator({
    store: accounts,
    guard: createLoginGuard(() => performance.now()),
    isCacheUsable: () => changes.isConnected,
    now: () => new Date(),
  });
  changes.subscribe((change) => {
    if (change.kind === 'accounts') authenticator.forget(change.userId);
    if (change.kind === 'reconnected') authenticator.forget();
  });
  return authenticator;
}
