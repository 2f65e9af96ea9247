import type { Build } from '../api/client.ts';

/** Those that the browser remembers as favourites, then the machines that are built for most, then latest. */
export function quickMachines(
  favourites: readonly string[],
  builds: readonly Pick<Build, 'machine'>[],
  limit: number,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { machine } of builds) counts.set(machine, (counts.get(machine) ?? 0) + 1);
  // Sorting keeps the order of equals, which is that of the list: newest first.
  const used = [...counts].sort(([, a], [, b]) => b - a).map(([machine]) => machine);
  return [...new Set([...favourites, ...used])].slice(0, limit);
}
