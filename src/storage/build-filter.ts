import { eq, ilike, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
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
  return or(contains([builds.version, builds.machine, sql`${builds.id}::text`], search), namesStep(search));
}

export function contains(columns: readonly (PgColumn | SQL)[], search: string): SQL | undefined {
  return or(...columns.map((column) => ilike(column, toPattern(search))));
}

/** Also with both names, as they are shown: `workflow / step`. */
export function namesStep(search: string): SQL {
  return ilike(
    sql`${builds.workflow} || '/' || ${builds.step}`,
    toPattern(search.replaceAll(/ *\/ */g, '/')),
  );
}

/** Finds the text itself: `%` and `_` are no wildcards in it. */
function toPattern(search: string): string {
  return `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
