import { eq, sql } from 'drizzle-orm';
import type { User } from '../accounts/account.ts';
import type { Transaction } from './database.ts';
import { users } from './schema.ts';

/** pg-boss counts the running jobs of a group; a tier names another limit than the one of all. */
export type JobGroup = { readonly id: string; readonly tier?: string };

/** No service builds so many at a time: whoever may have more has no limit. */
const maxTier = 64;

/** The limits that tiers stand for. */
export const jobTiers: Readonly<Record<string, number>> = Object.fromEntries(
  Array.from({ length: maxTier }, (_, index) => [toTier(index + 1), index + 1]),
);

function toTier(limit: number): string {
  return String(limit);
}

/** How many builds of a user may run at a time, as pg-boss takes it; undefined: as many as there is room for. */
function toJobGroup({ id, role, quota }: Pick<User, 'id' | 'role' | 'quota'>): JobGroup | undefined {
  const { running } = quota;
  if (running === undefined) return role === 'admin' ? undefined : { id };
  return running > maxTier ? undefined : { id, tier: toTier(running) };
}

export async function findJobGroup(tx: Transaction, userId: string): Promise<JobGroup | undefined> {
  const columns = { id: users.id, role: users.role, quota: users.quota };
  const [user] = await tx.select(columns).from(users).where(eq(users.id, userId));
  return user && toJobGroup(user);
}

/** A changed limit is one for the builds that wait already, too. */
export async function regroupJobs(tx: Transaction, user: User): Promise<void> {
  const group = toJobGroup(user);
  await tx.execute(sql`
    update pgboss.job set group_id = ${group?.id ?? null}, group_tier = ${group?.tier ?? null}
    where name = 'builds' and state < 'active' and data ->> 'ownerId' = ${user.id}`);
}
