import { Container } from '@mantine/core';
import { useRouteError } from 'react-router';
import { ErrorState } from '../shared/error-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';

/** In place of a page that met a fault; the navigation around it goes on working. */
export function RouteError() {
  const error = useRouteError();
  return (
    <Container size="sm" py="xl">
      <PageTitle>Something went wrong</PageTitle>
      <ErrorState error={error} onRetry={() => location.reload()} />
    </Container>
  );
}
