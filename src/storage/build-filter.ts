import { eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { BuildFilter } from '../service/ports.ts';
import { builds } from './schema.ts';

/** Conditions on the table of builds; the owner is the caller's matter. */
export function toBuildConditions({
  states,
  workflow,
  step,
  machine,
  isPlan,
  search,
}: BuildFilter): (SQL | undefined)[] {
  return [
    states && inArray(builds.state, [...states]),
    workflow === undefined ? undefined : eq(builds.workflow, workflow),
    step === undefined ? undefined : eq(builds.step, step),
    machine === undefined ? undefined : eq(builds.machine, machine),
    isPlan === undefined ? undefined : eq(builds.isPlan, isPlan),
    search === undefined ? undefined : matches(search),
  ];
}

function matches(search: string): SQL | undefined {
  const pattern = toPattern(search);
  const columns = [builds.workflow, builds.step, builds.version, builds.machine, sql`${builds.id}::text`];
  return or(...columns.map((column) => ilike(column, pattern)));
}

/** Finds the text itself: `%` and `_` are no wildcards in it. */
export function toPattern(search: string): string {
  return `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
