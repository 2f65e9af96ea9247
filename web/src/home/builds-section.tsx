import { Anchor, Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Build } from '../api/client.ts';
import { BuildsTable } from '../shared/builds-table.tsx';
import { ErrorState } from '../shared/error-state.tsx';

type Props = {
  readonly title: string;
  /** Undefined: see the error. With an error they are what was last known. */
  readonly builds: readonly Build[] | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
  /** In place of an empty table. */
  readonly empty: ReactNode;
  /** Path of the page with those for which there is no room here. */
  readonly more?: string | undefined;
};

export function BuildsSection({ title, builds, error, onRetry, empty, more }: Props) {
  return (
    <section>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {/* One row, or none, which is said: as high as each other. */}
      <Paper withBorder p="sm" mb="lg" mih="8.6rem">
        {error !== null && <ErrorState error={error} onRetry={onRetry} />}
        {builds?.length === 0 && empty}
        {builds !== undefined && builds.length > 0 && <BuildsTable caption={title} builds={builds} />}
        {more !== undefined && (
          <Anchor component={Link} to={more} underline="always">
            There are more: see all of them
          </Anchor>
        )}
      </Paper>
    </section>
  );
}
