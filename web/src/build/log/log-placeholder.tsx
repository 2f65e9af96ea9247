import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import type { LogSnapshot } from './build-log.ts';

type Props = { readonly log: LogSnapshot; readonly isActive: boolean };

/** What stands where no line is yet, or where the log cannot be followed. */
export function LogPlaceholder({ log: { count, connection, error }, isActive }: Props) {
  if (error !== undefined) return <ErrorState error={error} />;
  if (count > 0 || connection === 'waiting') return null;
  if (connection === 'over' && !isActive) {
    return (
      <EmptyState icon="list" title="It has written nothing">
        It ended before a worker took it.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="clock" title="Nothing is written yet">
      The log begins when a worker takes the build, and appears here by itself.
    </EmptyState>
  );
}
