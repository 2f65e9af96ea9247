const factors: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of `384M`, `1G`, `131072`; undefined for anything else. */
export function parseSize(value: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(String(value).trim());
  const bytes = Number(match?.[1]) * (factors[match?.[2]?.toUpperCase() ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(Math.round(bytes)) && bytes >= 1 ? Math.round(bytes) : undefined;
}
