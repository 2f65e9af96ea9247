import { createContext, useContext } from 'react';
import type { Account } from '../api/client.ts';

export const SessionContext = createContext<Account | null>(null);

/** Who is signed in, on every page of the shell. */
export function useSession(): Account {
  const account = useContext(SessionContext);
  if (account === null) throw new Error('a page outside of the shell asks who is signed in');
  return account;
}

/** What administrators see, and others do not. */
export function isAdmin({ user, scopes }: Pick<Account, 'user' | 'scopes'>): boolean {
  return user.role === 'admin' && scopes.includes('admin');
}
