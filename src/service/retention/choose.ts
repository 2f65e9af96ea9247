/** Something that can go. */
export type Candidate = {
  /** When it was made or last used. */
  readonly at: Date;
  readonly sizeBytes: number;
};

export type Limits = {
  readonly days?: number | undefined;
  readonly count?: number | undefined;
  readonly totalBytes?: number | undefined;
};

const dayMs = 24 * 3600 * 1000;

/** What is too old, or beyond the number or bytes that are kept: the newest stay. */
export function chooseExpired<T extends Candidate>(
  candidates: readonly T[],
  { days, count, totalBytes }: Limits,
  now: Date,
): T[] {
  const newestFirst = candidates.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  let bytes = 0;
  return newestFirst.filter(({ at, sizeBytes }, index) => {
    bytes += sizeBytes;
    const isOld = days !== undefined && now.getTime() - at.getTime() > days * dayMs;
    const isBeyond = count !== undefined && index >= count;
    return isOld || isBeyond || (totalBytes !== undefined && bytes > totalBytes);
  });
}
