import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { TableSkeleton } from './table-skeleton.tsx';

type Props<Data> = {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  /** So many rows are held free while it comes. */
  readonly rows: number;
  readonly children: (data: Data) => ReactNode;
};

/** What was asked for, when it is there, also if it is outdated; until then its room. Why it does not come is said. */
export function Loaded<Data>({ query: { data, error, refetch }, rows, children }: Props<Data>) {
  return (
    <>
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data !== undefined && children(data)}
      {data === undefined && error === null && <TableSkeleton rows={rows} />}
    </>
  );
}
