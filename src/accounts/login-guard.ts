import { isIPv6 } from 'node:net';
import { AppError } from '../errors/app-error.ts';

/** So many wrong passwords are taken for slips. */
const freeFailures = 5;
/** From one address for all names: many users may share it. */
const freeFailuresOfAddress = 50;
const firstDelayMs = 1_000;
const maxDelayMs = 15 * 60_000;
const forgetAfterMs = 30 * 60_000;
/** Attackers can make up names without end. */
const maxEntries = 50_000;

type Entry = { failures: number; lastAtMs: number };

/**
 * Slows guessing down: after some failures from an address for a name, each further one doubles the time in which no
 * other is looked at. What others guess from elsewhere slows nobody, and neither does what is guessed beside a client
 * whose password was right before: such a password does not come here.
 */
export type LoginGuard = {
  /**
   * Counts an attempt as a failure until its outcome is told: who tries many at the same moment gains nothing.
   *
   * @throws AUTH_THROTTLED
   */
  admit(address: string, name: string): (outcome: AttemptOutcome) => void;
};

export type AttemptOutcome = 'right' | 'wrong' | 'undecided';

/** @param now Milliseconds; monotonic. */
export function createLoginGuard(now: () => number): LoginGuard {
  const entries = new Map<string, Entry>();
  /** The newest are last. */
  const count = (key: string, more: 1 | -1) => {
    const { failures } = entries.get(key) ?? { failures: 0 };
    entries.delete(key);
    if (failures + more > 0) entries.set(key, { failures: failures + more, lastAtMs: now() });
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
  };
  const refuseEarly = (key: string, free: number) => {
    const entry = entries.get(key);
    if (entry === undefined) return;
    if (now() - entry.lastAtMs > forgetAfterMs) entries.delete(key);
    else refuseTooEarly(entry, { nowMs: now(), free });
  };
  return {
    admit(address, name) {
      const source = toSource(address);
      const key = `${source} ${name.toLowerCase()}`;
      refuseEarly(key, freeFailures);
      refuseEarly(source, freeFailuresOfAddress);
      count(key, 1);
      return (outcome) => {
        if (outcome === 'wrong') count(source, 1);
        else if (outcome === 'undecided') count(key, -1);
        else entries.delete(key);
      };
    },
  };
}

/** Who has one address of IPv6 has all of its network of 64 bits. */
function toSource(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = head.split(':').filter(Boolean);
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':');
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
  throw new AppError('AUTH_THROTTLED', `too many failed attempts: try again in ${seconds} s`, {
    details: { retryAfterSeconds: seconds },
  });
}
