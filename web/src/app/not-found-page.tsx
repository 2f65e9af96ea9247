import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { EmptyState } from '../shared/empty-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageTitle>Page not found</PageTitle>
      <EmptyState icon="search" title="There is no page at this address">
        It may have been mistyped, or what it showed was deleted.{' '}
        <Anchor component={Link} to="/builds" underline="always">
          Your builds
        </Anchor>{' '}
        and{' '}
        <Anchor component={Link} to="/images" underline="always">
          the images
        </Anchor>{' '}
        are where they were.
      </EmptyState>
    </>
  );
}
