import type { User } from '../accounts/account.ts';
import type { SubmitLimits } from '../service/ports.ts';
import type { ApiSettings } from './dependencies.ts';

/** Administrators have the limits that were set for themselves, and no others. */
export function submitLimits({ quota, role }: User, defaults: ApiSettings['quota']): SubmitLimits {
  const unlimited = { queued: Number.MAX_SAFE_INTEGER, storedBytes: Number.MAX_SAFE_INTEGER };
  const { queued, storedBytes } = role === 'admin' ? unlimited : defaults;
  return { queued: quota.queued ?? queued, storedBytes: quota.storedBytes ?? storedBytes };
}
