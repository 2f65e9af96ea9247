import { z } from 'zod';
import type { ToPath } from './paths.ts';

const text = (description: string) => z.string().min(1, 'must not be empty').meta({ description });

/** `service.oidc` of the configuration file. */
export const oidcSchema = z
  .object({
    issuer: z
      .url({ protocol: /^https$/, error: 'must be an https: URL' })
      .meta({ description: 'Of the provider', examples: ['https://login.example.org/realms/hpc'] }),
    client_id: text('As the provider knows this service'),
    client_secret_file: text(
      'File with the secret; relative to the configuration file; absent: a public client',
    ).nullish(),
    name: text('For the button of the login page; default OpenID Connect').nullish(),
    scope: text('What is asked for; default openid profile email').nullish(),
    admin: z
      .object({
        claim: text('Name of a claim; a dot leads into one').meta({
          examples: ['groups', 'realm_access.roles'],
        }),
        value: text('What it is, or has, for administrators'),
      })
      .meta({ description: 'Who is an administrator, at each login; default: as in CIC' })
      .nullish(),
    sign_up: z
      .boolean()
      .meta({ description: 'Whether who has no account gets one; default false: by invitation only' })
      .nullish(),
  })
  .meta({ description: 'Login at a provider of OpenID Connect' })
  .nullish();

/** Login at a provider of OpenID Connect, complete. */
export type OidcSettings = {
  readonly issuer: string;
  readonly clientId: string;
  /** Absolute path; absent: a public client. */
  readonly clientSecretFile?: string;
  readonly name: string;
  readonly scope: string;
  readonly admin?: { readonly claim: string; readonly value: string };
  readonly signUp: boolean;
};

export function completeOidc(oidc: z.infer<typeof oidcSchema>, toPath: ToPath): OidcSettings | undefined {
  if (!oidc) return undefined;
  return {
    issuer: oidc.issuer,
    clientId: oidc.client_id,
    ...(oidc.client_secret_file && { clientSecretFile: toPath(oidc.client_secret_file) }),
    name: oidc.name ?? 'OpenID Connect',
    scope: oidc.scope ?? 'openid profile email',
    ...(oidc.admin && { admin: oidc.admin }),
    signUp: oidc.sign_up ?? false,
  };
}
