import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isPassing } from '../../../src/client/service-error.ts';
import { accountKey, isSignedOut } from '../api/account.ts';
import { askUntilAnswered } from '../shared/poll-while.ts';

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
        // Only the service knows whether it can be reached: on a laptop without a network it may run beside the browser.
        networkMode: 'always',
        refetchInterval: askUntilAnswered,
        retry: (failures, error) => failures < maxRetries && isPassing(error),
        staleTime: 1_000,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}
