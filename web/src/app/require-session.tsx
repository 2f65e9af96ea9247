import { Container } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { Navigate, useLocation } from 'react-router';
import { accountQuery } from '../api/account.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { toSignInPath } from '../sign-in/return-path.ts';
import { PageLoader } from './page-loader.tsx';
import { SessionContext } from './session.ts';
import { Shell } from './shell.tsx';

/** Pages for those who are signed in; all others go by the sign-in page, and come back. */
export function RequireSession() {
  const location = useLocation();
  const { data: account, error, refetch } = useQuery(accountQuery);
  // What is made now is the whole page: made between other things, it lets the browser paint and listen meanwhile.
  const data = useDeferredValue(account, undefined);
  if (data === null) return <Navigate to={toSignInPath(location)} replace />;
  if (data === undefined && error === null) return <PageLoader />;
  if (data === undefined) {
    return (
      <Container component="main" size="sm" py="xl">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Container>
    );
  }
  return (
    <SessionContext value={data}>
      <Shell />
    </SessionContext>
  );
}
