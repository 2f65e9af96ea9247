import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { pollWhile } from '../shared/poll-while.ts';
import { api, type Build, type BuildState, type Query, requireData, type Schemas } from './client.ts';

export const activeStates = ['queued', 'running'] as const satisfies readonly BuildState[];
export const finalStates = [
  'succeeded',
  'failed',
  'cancelled',
  'timed_out',
] as const satisfies readonly BuildState[];

export function isActive({ state }: Pick<Build, 'state'>): boolean {
  return state === 'queued' || state === 'running';
}

/** Everything about builds is below it: invalidate it after a change. */
export const buildsKey = ['builds'] as const;

/** Builds that run, and then those that wait. */
export type ActiveBuilds = {
  readonly items: readonly Build[];
  readonly hasMore: boolean;
};

export type BuildsQuery = Omit<Query<'/api/v1/builds'>, 'state'> & {
  readonly state?: readonly BuildState[] | undefined;
};

/** A page of builds, newest first; asked for again while it is looked at. */
export function buildsQuery({ state, ...rest }: BuildsQuery) {
  const query = { ...rest, ...(state && state.length > 0 && { state: [...state] }) };
  return queryOptions<Schemas['BuildList']>({
    queryKey: [...buildsKey, 'list', query],
    queryFn: ({ signal }) => listBuilds(query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: pollWhile((list) => list.items.some(isActive)),
  });
}

/** What goes on, so many of each state at most: among hundreds that wait those that run would be the last of a list. */
export function activeBuildsQuery(query: { readonly limit: number; readonly owner?: 'all' }) {
  return queryOptions<ActiveBuilds>({
    queryKey: [...buildsKey, 'active', query],
    queryFn: async ({ signal }) => {
      // In this order: one that begins meanwhile is in both, and never in none.
      const waiting = await listBuilds({ ...query, state: ['queued'] }, signal);
      const running = await listBuilds({ ...query, state: ['running'] }, signal);
      const ids = new Set(running.items.map(({ id }) => id));
      return {
        items: [...running.items, ...waiting.items.filter(({ id }) => !ids.has(id))],
        hasMore: running.next !== null || waiting.next !== null,
      };
    },
    refetchInterval: pollWhile(({ items }) => items.length > 0),
  });
}

function listBuilds(query: Query<'/api/v1/builds'>, signal: AbortSignal): Promise<Schemas['BuildList']> {
  return requireData(
    api().GET('/api/v1/builds', {
      params: { query },
      querySerializer: { array: { style: 'form', explode: false } },
      signal,
    }),
  );
}
