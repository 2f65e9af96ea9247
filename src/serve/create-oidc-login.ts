import { readFile } from 'node:fs/promises';
import { createPendingLogins } from '../accounts/oidc/pending-logins.ts';
import type { OidcLogin } from '../api/dependencies.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors/app-error.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { createFetch } from '../oidc/fetch.ts';
import { createOidcProvider } from '../oidc/provider.ts';

/**
 * The login at the site's provider; null where none is configured. It is not spoken to before the first login.
 *
 * @throws FILE_UNREADABLE
 */
export async function createOidcLogin({ service, network }: Config): Promise<OidcLogin | null> {
  const { oidc } = service;
  if (oidc === undefined) return null;
  const { issuer, clientId, clientSecretFile, scope } = oidc;
  const clientSecret = clientSecretFile === undefined ? undefined : (await readText(clientSecretFile)).trim();
  const ca = network.caBundle === undefined ? undefined : await readText(network.caBundle);
  const fetch = createFetch({ ca, proxy: network.proxy });
  return {
    settings: oidc,
    provider: createOidcProvider({ issuer, clientId, clientSecret, scope, fetch }),
    pending: createPendingLogins(() => performance.now()),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', explainUnreadable(path, cause as NodeJS.ErrnoException), { cause });
  }
}
