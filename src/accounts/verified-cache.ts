import type { Principal } from './account.ts';
import type { Verified } from './verify-credential.ts';

/** A verified credential is believed for so long; changes of accounts end that at once. */
const believedMs = 5 * 60_000;
const maxEntries = 10_000;

/**
 * Credentials that were right, by the keys of {@link toCacheKey}. One that is no longer believed is still known: who
 * shows it again is not taken for a guesser.
 */
export type VerifiedCache = {
  find(key: string, nowMs: number): Principal | undefined;
  isKnown(key: string): boolean;
  /** Counts what was forgotten: what was read before must not be kept after. */
  readonly generation: number;
  /** @param at.isCurrent False: it is known, and not believed. */
  keep(key: string, found: Verified, at: { readonly nowMs: number; readonly isCurrent: boolean }): void;
  drop(key: string): void;
  forget(userId?: string): void;
};

export function createVerifiedCache(): VerifiedCache {
  const entries = new Map<string, Verified>();
  let generation = 0;
  return {
    get generation() {
      return generation;
    },
    find(key, nowMs) {
      const entry = entries.get(key);
      return entry !== undefined && nowMs < entry.untilMs ? entry.principal : undefined;
    },
    isKnown: (key) => entries.has(key),
    keep(key, { principal, untilMs }, { nowMs, isCurrent }) {
      entries.delete(key);
      for (const oldest of entries.keys()) {
        if (entries.size < maxEntries) break;
        entries.delete(oldest);
      }
      entries.set(key, { principal, untilMs: isCurrent ? Math.min(untilMs, nowMs + believedMs) : 0 });
    },
    drop: (key) => void entries.delete(key),
    forget(userId) {
      generation += 1;
      for (const [key, entry] of entries) {
        if (userId === undefined || entry.principal.user.id === userId)
          entries.set(key, { ...entry, untilMs: 0 });
      }
    },
  };
}
