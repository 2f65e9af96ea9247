const dayMs = 24 * 3_600_000;

/** How long a token may be good for. */
export const expiryChoices = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'No end' },
] as const;

/** @param days As in {@link expiryChoices}. @returns RFC 3339, UTC; null: never. */
export function toExpiry(days: string, now: Date): string | null {
  return days === '' ? null : new Date(now.getTime() + Number(days) * dayMs).toISOString();
}
