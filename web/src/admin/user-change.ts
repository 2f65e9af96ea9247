import type { Schemas } from '../api/client.ts';

type User = Pick<Schemas['User'], 'role' | 'disabled' | 'quota'>;

/** What a form says otherwise than the user it was opened with. The rest is not given and stays: others may have changed it. */
export function toUserChange(
  { quota: oldQuota, ...before }: User,
  { quota: newQuota, ...after }: User,
): Schemas['UserChangeInput'] {
  const quota = pickChanged(oldQuota, newQuota);
  return { ...pickChanged(before, after), ...(Object.keys(quota).length > 0 && { quota }) };
}

function pickChanged<Fields extends object>(before: Fields, after: Fields): Partial<Fields> {
  const old = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(after).filter(([name, value]) => value !== old.get(name));
  return Object.fromEntries(changed) as Partial<Fields>;
}
