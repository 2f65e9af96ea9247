import { activeStates, type BuildsQuery } from '../api/builds.ts';
import type { BuildState } from '../api/client.ts';
import { everybody } from '../shared/everybody.ts';
import { statusLooks } from '../shared/status.ts';

/** What the address of the page says; an empty text is no filter. */
export type BuildFilters = {
  readonly status: string;
  readonly workflow: string;
  readonly machine: string;
  /** A user's name, `*` for everybody; for administrators. */
  readonly user: string;
  readonly search: string;
};

const names = ['status', 'workflow', 'machine', 'user', 'search'] as const;

/** What the list of states offers, besides any. */
export const statusChoices: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'active', label: 'Running or waiting' },
  ...Object.entries(statusLooks).map(([value, { label }]) => ({ value, label })),
];

export function readFilters(search: URLSearchParams): BuildFilters {
  const read = (name: keyof BuildFilters) => search.get(name) ?? '';
  const status = read('status');
  const isKnown = statusChoices.some(({ value }) => value === status);
  return {
    status: isKnown ? status : '',
    workflow: read('workflow'),
    machine: read('machine'),
    user: read('user'),
    search: read('search'),
  };
}

/** The address for other filters. The place in the list is left out: it is one of the list that was. */
export function writeFilters(filters: BuildFilters): URLSearchParams {
  const search = new URLSearchParams();
  for (const name of names) {
    const value = filters[name].trim();
    if (value !== '') search.set(name, value);
  }
  return search;
}

export function hasFilters(filters: BuildFilters): boolean {
  return writeFilters(filters).size > 0;
}

/** What the API is asked. */
export function toBuildsQuery({ status, workflow, machine, user, search }: BuildFilters): BuildsQuery {
  return {
    ...(status !== '' && { state: status === 'active' ? activeStates : [status as BuildState] }),
    ...(workflow !== '' && { workflow }),
    ...(machine !== '' && { machine }),
    ...(user === everybody && { owner: 'all' as const }),
    ...(user !== '' && user !== everybody && { user }),
    ...(search !== '' && { search }),
  };
}
