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

export type BuildsQuery = Omit<Query<'/api/v1/builds'>, 'state'> & {
  readonly state?: readonly BuildState[] | undefined;
};

/** A page of builds, newest first; asked for again while it is looked at. */
export function buildsQuery({ state, ...rest }: BuildsQuery) {
  const query = { ...rest, ...(state && state.length > 0 && { state: [...state] }) };
  return queryOptions<Schemas['BuildList']>({
    queryKey: [...buildsKey, 'list', query],
    queryFn: ({ signal }) =>
      requireData(
        api().GET('/api/v1/builds', {
          params: { query },
          querySerializer: { array: { style: 'form', explode: false } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: pollWhile((list) => list.items.some(isActive)),
  });
}
