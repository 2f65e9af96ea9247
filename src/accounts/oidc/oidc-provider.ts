import type { Identity } from '../ports.ts';

/** What a login needs to remember until the browser comes back; never leaves the service. */
export type LoginChecks = {
  readonly state: string;
  readonly nonce: string;
  /** @see RFC 7636 (PKCE) */
  readonly codeVerifier: string;
  readonly redirectUri: string;
};

/** Somebody whom the provider vouches for. */
export type OidcPerson = {
  readonly identity: Identity;
  readonly claims: Readonly<Record<string, unknown>> & { readonly sub: string };
};

/**
 * A provider of OpenID Connect, spoken to by the authorization code flow with PKCE, state and nonce.
 *
 * @see OpenID Connect Core 1.0, section 3.1
 */
export interface OidcProvider {
  /** @throws AUTH_PROVIDER_FAILED */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly checks: LoginChecks }>;
  /**
   * @param query What the provider has put to the redirect URI.
   * @throws AUTH_LOGIN_REFUSED - the provider said no, or its answer is not one to this login
   * @throws AUTH_PROVIDER_FAILED
   */
  finish(query: string, checks: LoginChecks): Promise<OidcPerson>;
}

export type OidcLoginSettings = {
  /** For the button. */
  readonly name: string;
  /** Whether who has no account gets one. */
  readonly signUp: boolean;
  /** Who has this value in this claim is an administrator, and nobody else who logs in here is. */
  readonly admin?: { readonly claim: string; readonly value: string };
};
