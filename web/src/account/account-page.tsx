import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessionsQuery, tokensQuery } from '../api/own-account.ts';
import { useSession } from '../app/session.ts';
import { hasAnswer } from '../shared/has-answer.ts';
import { PageTitle } from '../shared/page-title.tsx';
import { TableSkeleton } from '../shared/table-skeleton.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

/** One's own account: what one signs in with, and what else may act in one's name. */
export function AccountPage() {
  const account = useSession();
  const isKnown = [useQuery(tokensQuery), useQuery(sessionsQuery)].every(hasAnswer);
  return (
    <>
      <PageTitle>Account</PageTitle>
      <Text mb="lg">
        You are <strong>{account.user.name}</strong>
        {account.user.role === 'admin' && ', an administrator'}.
      </Text>
      {isKnown ? (
        <>
          <TokensSection account={account} />
          <SessionsSection />
          <PasswordSection account={account} />
        </>
      ) : (
        <TableSkeleton rows={10} />
      )}
    </>
  );
}
