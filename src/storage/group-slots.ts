import { jobTiers } from './job-group.ts';

type Job = {
  readonly groupId?: string | null | undefined;
  readonly groupTier?: string | null | undefined;
};

/**
 * Keeps the limit of each group in this process. pg-boss counts in the database, where jobs that are fetched at the
 * same moment do not see each other (seen: six instead of one).
 */
export type GroupSlots = {
  /** @returns Gives the slot back; undefined where the group has none left. */
  take(job: Job): (() => void) | undefined;
};

export function createGroupSlots(defaultLimit: number): GroupSlots {
  const running = new Map<string, number>();
  return {
    take({ groupId, groupTier }) {
      if (!groupId) return () => undefined;
      const limit = jobTiers[groupTier ?? ''] ?? defaultLimit;
      const count = running.get(groupId) ?? 0;
      if (count >= limit) return undefined;
      running.set(groupId, count + 1);
      return () => {
        const left = (running.get(groupId) ?? 1) - 1;
        if (left === 0) running.delete(groupId);
        else running.set(groupId, left);
      };
    },
  };
}
