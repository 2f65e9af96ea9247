/**
 * The candidate that a typing slip most likely meant, or undefined when none is near enough
 * (more than a third of the longer name would have to change).
 */
export function findNearestName(name: string, candidates: Iterable<string>): string | undefined {
  return findNearestNames(name, candidates, 1)[0];
}

/**
 * The candidates that a typing slip may have meant, the nearest first, at most `count`. Of equals those
 * come first that begin alike: slips are rare in the first letters.
 */
export function findNearestNames(name: string, candidates: Iterable<string>, count: number): string[] {
  const wanted = name.toLowerCase();
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const longest = Math.max(wanted.length, candidate.length);
    const limit = Math.max(1, Math.floor(longest / 3));
    if (longest - Math.min(wanted.length, candidate.length) > limit) continue;
    const distance = countEdits(wanted, candidate.toLowerCase());
    if (distance <= limit) near.push({ candidate, distance });
  }
  return near
    .toSorted(
      (a, b) =>
        a.distance - b.distance || countShared(wanted, b.candidate) - countShared(wanted, a.candidate),
    )
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** How many first letters of a candidate are those of the name. */
function countShared(name: string, candidate: string): number {
  const different = [...candidate.toLowerCase()].findIndex((letter, index) => letter !== name[index]);
  return different === -1 ? candidate.length : different;
}

/** Optimal string alignment distance: insertions, deletions, substitutions, swapped neighbours. */
function countEdits(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min((last[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      }
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
