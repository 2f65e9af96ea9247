import { Anchor, Divider, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useSearchParams } from 'react-router';
import { accountQuery, signInOptionsQuery } from '../api/account.ts';
import { PageLoader } from '../app/page-loader.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { Entrance } from './entrance.tsx';
import { OidcButton } from './oidc-button.tsx';
import { readReturnPath } from './return-path.ts';
import { SignUpForm } from './sign-up-form.tsx';

/** An invitation is a link to here with its code, `?invite=…`. */
export function SignUpPage() {
  const [search] = useSearchParams();
  const to = readReturnPath(search);
  const invite = search.get('invite') ?? undefined;
  const account = useQuery(accountQuery);
  const { data: options, error, refetch } = useQuery(signInOptionsQuery);
  if (account.data) return <Navigate to={to} replace />;
  if (options === undefined && error === null) return <PageLoader />;
  const mayBegin = options?.oidc && (options.oidc.sign_up || invite !== undefined);
  return (
    <Entrance title="Make an account">
      <Stack>
        {options === undefined && <ErrorState error={error} onRetry={() => void refetch()} />}
        {mayBegin && options?.oidc && (
          <>
            <OidcButton oidc={options.oidc} returnTo={to} invite={invite} />
            <Divider label="or with a password" labelPosition="center" />
          </>
        )}
        {options?.sign_up === 'closed' ? (
          <Text>Accounts are made by the administrators here: ask them for one.</Text>
        ) : (
          <SignUpForm invite={invite} needsInvite={options?.sign_up === 'invite'} />
        )}
        <Text size="sm" ta="center">
          You have one?{' '}
          <Anchor component={Link} to={`/sign-in?${search}`} underline="always">
            Sign in
          </Anchor>
        </Text>
      </Stack>
    </Entrance>
  );
}
