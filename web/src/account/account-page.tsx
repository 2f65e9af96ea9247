import { Text } from '@mantine/core';
import { useSession } from '../app/session.ts';
import { PageTitle } from '../shared/page-title.tsx';
import { PasswordSection } from './password-section.tsx';
import { SessionsSection } from './sessions-section.tsx';
import { TokensSection } from './tokens-section.tsx';

/** One's own account: what one signs in with, and what else may act in one's name. */
export function AccountPage() {
  const account = useSession();
  return (
    <>
      <PageTitle>Account</PageTitle>
      <Text mb="lg">
        You are <strong>{account.user.name}</strong>
        {account.user.role === 'admin' && ', an administrator'}.
      </Text>
      <TokensSection account={account} />
      <SessionsSection />
      <PasswordSection account={account} />
    </>
  );
}
