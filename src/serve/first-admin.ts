import { checkPassword, hashPassword } from '../accounts/password.ts';
import type { AccountStore } from '../accounts/ports.ts';
import { createSecret } from '../accounts/secret.ts';

const firstAdminName = 'admin';

/**
 * Makes the first administrator of an empty database.
 *
 * @param password From `CIC_ADMIN_PASSWORD`; absent: one is made up.
 * @returns The password that was made up, to be shown once.
 * @throws ACCOUNT_INVALID - the password that was given is too weak
 */
export async function ensureFirstAdmin(
  accounts: AccountStore,
  password: string | undefined,
): Promise<string | undefined> {
  if ((await accounts.countUsers()) > 0) return undefined;
  const chosen = password || createSecret().slice(0, 24);
  checkPassword(chosen, firstAdminName);
  await accounts.addUser({ name: firstAdminName, passwordHash: await hashPassword(chosen), role: 'admin' });
  return password ? undefined : chosen;
}
