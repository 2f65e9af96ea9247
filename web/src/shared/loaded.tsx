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

/** What was asked for, when it is there; until then its room, or why it does not come. */
export function Loaded<Data>({ query: { data, error, refetch }, rows, children }: Props<Data>) {
  if (data !== undefined) return <>{children(data)}</>;
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <TableSkeleton rows={rows} />;
}
