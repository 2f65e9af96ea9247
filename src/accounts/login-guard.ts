import { AppError } from '../errors/app-error.ts';

/** So many wrong credentials are taken for slips. */
const freeFailures = 5;
const firstDelayMs = 1_000;
const maxDelayMs = 15 * 60_000;
const forgetAfterMs = 30 * 60_000;
/** Attackers can make up names without end. */
const maxEntries = 50_000;

type Entry = { failures: number; lastAtMs: number };

/**
 * Slows the guessing of credentials down: after some failures from an address for a name, each further one doubles
 * the time in which no other is looked at. Verified credentials never come here (they are answered from a cache), so
 * a client that polls is not slowed by somebody else's guesses for the same name.
 */
export type LoginGuard = {
  /** @throws AUTH_THROTTLED */
  admit(address: string, name: string): void;
  failed(address: string, name: string): void;
  succeeded(address: string, name: string): void;
};

/** @param now Milliseconds; monotonic. */
export function createLoginGuard(now: () => number): LoginGuard {
  const entries = new Map<string, Entry>();
  const keysOf = (address: string, name: string) => [`${address} ${name.toLowerCase()}`, `${address} *`];
  const remember = (key: string) => {
    const entry = entries.get(key) ?? { failures: 0, lastAtMs: 0 };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    return entry;
  };
  return {
    admit(address, name) {
      keysOf(address, name).forEach((key, index) => {
        const entry = entries.get(key);
        if (entry === undefined) return;
        if (now() - entry.lastAtMs > forgetAfterMs) entries.delete(key);
        else refuseTooEarly(entry, { nowMs: now(), free: freeFailures * (index === 0 ? 1 : 10) });
      });
    },
    failed(address, name) {
      for (const key of keysOf(address, name)) {
        const entry = remember(key);
        entry.failures += 1;
        entry.lastAtMs = now();
      }
    },
    succeeded(address, name) {
      entries.delete(keysOf(address, name)[0] ?? '');
    },
  };
}

function refuseTooEarly(
  { failures, lastAtMs }: Entry,
  { nowMs, free }: { readonly nowMs: number; readonly free: number },
): void {
  if (failures < free) return;
  const delayMs = Math.min(firstDelayMs * 2 ** (failures - free), maxDelayMs);
  const waitMs = lastAtMs + delayMs - nowMs;
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new AppError(
    'AUTH_THROTTLED',
    `too many attempts with wrong credentials: try again in ${seconds} s`,
    {
      details: { retryAfterSeconds: seconds },
    },
  );
}
