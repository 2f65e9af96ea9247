import type { Build } from '../api/client.ts';

/** The machines that are built for most, then latest. */
export function favouriteMachines(
  builds: readonly Pick<Build, 'machine'>[],
  limit: number,
): readonly string[] {
  const counts = new Map<string, number>();
  for (const { machine } of builds) counts.set(machine, (counts.get(machine) ?? 0) + 1);
  // Sorting keeps the order of equals, which is that of the list: newest first.
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, limit).map(([machine]) => machine);
}
