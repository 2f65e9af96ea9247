import { Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Build } from '../api/client.ts';
import { BuildsTable } from '../shared/builds-table.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { TableSkeleton } from '../shared/table-skeleton.tsx';

type Props = {
  readonly title: string;
  /** Undefined while they come. */
  readonly builds: readonly Build[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** In place of an empty table. */
  readonly empty: ReactNode;
  /** So many rows are held free while they come. */
  readonly rows: number;
};

export function BuildsSection({ title, builds, error, onRetry, empty, rows }: Props) {
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Paper withBorder p="sm" mb="lg">
        {builds === undefined && error === null && <TableSkeleton rows={rows} />}
        {builds === undefined && error !== null && <ErrorState error={error} onRetry={onRetry} />}
        {builds?.length === 0 && empty}
        {builds !== undefined && builds.length > 0 && <BuildsTable caption={title} builds={builds} />}
      </Paper>
    </section>
  );
}
