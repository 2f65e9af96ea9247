import { Container } from '@mantine/core';
import { useEffect } from 'react';
import { useRouteError } from 'react-router';
import { isPassing } from '../../../src/client/service-error.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { reloadWhenThere } from './page-files.ts';

/** In place of a page that met a fault; the navigation around it goes on working. */
export function RouteError() {
  const error = useRouteError();
  const isAway = isPassing(error);
  useEffect(() => (isAway ? reloadWhenThere() : undefined), [isAway]);
  return (
    <Container size="sm" py="xl">
      <PageTitle>{isAway ? 'This page is not here yet' : 'Something went wrong'}</PageTitle>
      <ErrorState error={error} onRetry={isAway ? undefined : () => location.reload()} />
    </Container>
  );
}
