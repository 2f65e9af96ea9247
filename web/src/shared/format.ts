const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units, about three digits: `82.4 MB`. */
export function formatBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** exponent;
  const isShort = exponent === 0 || value >= 100 || Number.isInteger(value);
  return `${value.toFixed(isShort ? 0 : 1)} ${units[exponent]}`;
}

/** Two units at most: `8 s`, `4 min 05 s`, `1 h 12 min`, `2 d 3 h`; below a second `0.4 s`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${pad(minutes % 60)} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The same for machines: `PT245S`. */
export function toIsoDuration(milliseconds: number): string {
  return `PT${Math.round(Math.max(0, milliseconds) / 1000)}S`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

const steps = [
  { unit: 'year', seconds: 31_557_600 },
  { unit: 'month', seconds: 2_629_800 },
  { unit: 'week', seconds: 604_800 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

const dayMs = 86_400_000;
const relative = new Intl.RelativeTimeFormat('en');
/** Only days have names that a calendar must know. */
const relativeDay = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/**
 * `just now`, `5 minutes ago`, `yesterday`, `in 3 days`, by the days of the reader. A clock of the reader's that is a
 * little off is no future.
 */
export function formatTimeAgo(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  if (Math.abs(ms) >= dayMs && Math.abs(ms) < 7 * dayMs) {
    return relativeDay.format(Math.round((beginOfDay(at) - beginOfDay(now)) / dayMs), 'day');
  }
  const step = steps.find(({ seconds: size }) => Math.abs(ms) >= size * 960);
  if (step === undefined) return 'just now';
  return relative.format(Math.round(ms / 1000 / step.seconds), step.unit);
}

function beginOfDay(at: Date): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** In the zone of the reader, which is named: `26 Nov 2026, 14:15:40 CET`. */
export function formatExactTime(at: Date, timeZone?: string): string {
  return at.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  });
}
