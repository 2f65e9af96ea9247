import type { User, UserQuota } from '../accounts/account.ts';
import type { SubmitLimits } from '../service/ports.ts';
import type { ApiSettings } from './dependencies.ts';

/** What applies to a user. Administrators have the limits that were set for themselves, and no others. */
export function userLimits({ quota, role }: User, defaults: ApiSettings['quota']): UserQuota {
  return role === 'admin' ? quota : { ...defaults, ...quota };
}

export function submitLimits(user: User, defaults: ApiSettings['quota']): SubmitLimits {
  const { queued, storedBytes } = userLimits(user, defaults);
  const unlimited = Number.MAX_SAFE_INTEGER;
  return { queued: queued ?? unlimited, storedBytes: storedBytes ?? unlimited };
}
