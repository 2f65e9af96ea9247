import type { Logger } from 'pino';
import type { AccountStore } from '../accounts/ports.ts';

const everyMs = 3_600_000;

/**
 * Removes sessions, tokens and invitations that have ended, now and each hour: `GET /login` makes a token each time.
 *
 * @returns Ends it.
 */
export function keepTidy(accounts: Pick<AccountStore, 'removeExpired'>, log: Logger): () => void {
  const tidy = () => {
    accounts
      .removeExpired(new Date())
      .catch((error) => log.error({ err: error }, 'removing expired credentials'));
  };
  tidy();
  const timer = setInterval(tidy, everyMs);
  return () => clearInterval(timer);
}
