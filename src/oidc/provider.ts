import * as client from 'openid-client';
import type { LoginChecks, OidcPerson, OidcProvider } from '../accounts/oidc/oidc-provider.ts';
import { AppError } from '../errors/app-error.ts';

export type OidcClientSettings = {
  /** `https:` URL; what is below `/.well-known/openid-configuration` says the rest. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: string | undefined;
  readonly scope: string;
  readonly fetch: client.CustomFetch;
};

const timeoutSeconds = 15;

/** A provider is looked up at the first login, so that the service starts while it is away. */
export function createOidcProvider(settings: OidcClientSettings): OidcProvider {
  let discovered: Promise<client.Configuration> | undefined;
  const discover = () => {
    discovered ??= discoverProvider(settings).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return discovered;
  };
  return {
    async begin(redirectUri) {
      const config = await discover();
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, checks };
    },
    async finish(query, checks) {
      const config = await discover();
      try {
        return await exchange(config, query, checks);
      } catch (error) {
        throw toAppError(error, settings.issuer);
      }
    },
  };
}

async function discoverProvider(settings: OidcClientSettings): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret, fetch } = settings;
  const auth = clientSecret === undefined ? client.None() : authenticateBySecret(clientSecret);
  try {
    return await client.discovery(new URL(issuer), clientId, undefined, auth, {
      [client.customFetch]: fetch,
      timeout: timeoutSeconds,
    });
  } catch (cause) {
    throw providerFailed(issuer, cause);
  }
}

/** Basic is what a provider takes that says nothing about it. @see OpenID Connect Discovery 1.0, section 3 */
function authenticateBySecret(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, metadata, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? basic : post;
    return authenticate(server, metadata, body, headers);
  };
}

async function exchange(
  config: client.Configuration,
  query: string,
  { state, nonce, codeVerifier, redirectUri }: LoginChecks,
): Promise<OidcPerson> {
  const tokens = await client.authorizationCodeGrant(config, new URL(`${redirectUri}?${query}`), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new AppError('AUTH_LOGIN_REFUSED', 'the provider gave no ID token');
  // Many providers keep names and groups out of the ID token.
  const { userinfo_endpoint: endpoint } = config.serverMetadata();
  const more = endpoint ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
  const { iss: issuer, sub: subject } = claims;
  return { identity: { issuer, subject }, claims: { ...claims, ...more, sub: subject } };
}

function toAppError(error: unknown, issuer: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof client.AuthorizationResponseError) {
    const said = error.error_description ?? error.error;
    return new AppError('AUTH_LOGIN_REFUSED', `the provider refused the login: ${said.slice(0, 300)}`);
  }
  if (isUnreachable(error)) return providerFailed(issuer, error);
  return new AppError('AUTH_LOGIN_REFUSED', 'the answer of the provider does not fit this login', {
    hint: 'log in again',
    cause: error,
  });
}

/** Errors of the network and of other servers; those of the answer itself have a code of OAuth. */
function isUnreachable(error: unknown): boolean {
  const { code = '', cause } = error as { code?: string; cause?: unknown };
  if (/^E[A-Z]+$|CERT|SELF_SIGNED|UNABLE_TO|^OAUTH_TIMEOUT$/.test(code)) return true;
  return error instanceof Error && cause instanceof Error && isUnreachable(cause);
}

function providerFailed(issuer: string, cause: unknown): AppError {
  const reason = (cause as { cause?: unknown }).cause ?? cause;
  const message = reason instanceof Error ? reason.message : String(reason);
  return new AppError('AUTH_PROVIDER_FAILED', `${issuer} cannot be used to log in: ${message}`, {
    hint: 'try again later, or log in with a password',
    cause,
  });
}
