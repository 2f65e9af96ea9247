import { Anchor, Divider, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearchParams } from 'react-router';
import { accountQuery, signInOptionsQuery } from '../api/account.ts';
import { PageLoader } from '../app/page-loader.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { Entrance } from './entrance.tsx';
import { OidcButton } from './oidc-button.tsx';
import { Refusal } from './refusal.tsx';
import { readReturnPath } from './return-path.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage() {
  const [search] = useSearchParams();
  const to = readReturnPath(search);
  const refusedCode = search.get('error');
  const account = useQuery(accountQuery);
  const { data: options, error, refetch } = useQuery(signInOptionsQuery);
  if (account.data) return <Navigate to={to} replace />;
  if (options === undefined && error === null) return <PageLoader />;
  return (
    <Entrance title="Sign in">
      <Stack>
        {options === undefined && <ErrorState error={error} onRetry={() => void refetch()} />}
        {refusedCode !== null && <Refusal code={refusedCode} refused={options?.refused ?? null} />}
        {options?.oidc && (
          <>
            <OidcButton oidc={options.oidc} returnTo={to} />
            <Divider label="or with a password" labelPosition="center" />
          </>
        )}
        <SignInForm />
        {options !== undefined && options.sign_up !== 'closed' && (
          <Text size="sm" ta="center">
            No account yet?{' '}
            <Anchor component={Link} to={`/sign-up?${search}`} underline="always">
              {options.sign_up === 'invite' ? 'Use an invitation' : 'Make one'}
            </Anchor>
          </Text>
        )}
      </Stack>
    </Entrance>
  );
}
