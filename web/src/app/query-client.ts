import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isPassing } from '../../../src/client/service-error.ts';
import { accountKey, isSignedOut } from '../api/account.ts';

const maxRetries = 2;

/** What was asked is kept; a session that has ended anywhere ends here, and the shell asks to sign in again. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) client.setQueryData(accountKey, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < maxRetries && isPassing(error),
        staleTime: 1_000,
      },
      mutations: { retry: false },
    },
  });
  return client;
}
