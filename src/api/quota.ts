import type { User } from '../accounts/account.ts';
import type { SubmitLimits } from '../service/ports.ts';
import type { ApiSettings } from './dependencies.ts';

export function submitLimits({ quota, role }: User, defaults: ApiSettings['quota']): SubmitLimits {
  const queued = role === 'admin' ? Number.MAX_SAFE_INTEGER : defaults.queued;
  return { queued: quota.queued ?? queued };
}
