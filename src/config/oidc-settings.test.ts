import { expect, test } from 'vitest';
import { completeOidc, oidcSchema } from './oidc-settings.ts';

const least = { issuer: 'https://login.example.org/realms/hpc', client_id: 'cic' };

test('an issuer and a client are enough; accounts are by invitation then', () => {
  expect(completeOidc(oidcSchema.parse(least), (path) => `/etc/cic/${path}`)).toEqual({
    issuer: least.issuer,
    clientId: 'cic',
    name: 'OpenID Connect',
    scope: 'openid profile email',
    signUp: false,
  });
});

test('the file of the secret lies beside the configuration', () => {
  const admin = { claim: 'groups', value: 'cic-admins' };
  const all = { ...least, client_secret_file: 'secret', name: 'HPC', scope: 'openid', admin, sign_up: true };
  expect(completeOidc(oidcSchema.parse(all), (path) => `/etc/cic/${path}`)).toMatchObject({
    clientSecretFile: '/etc/cic/secret',
    admin,
    signUp: true,
  });
});

test('without the section there is no login at a provider', () => {
  expect(completeOidc(oidcSchema.parse(null), String)).toBeUndefined();
});

test.each(['http://login.example.org', 'login.example.org', ''])('%j is no issuer', (issuer) => {
  expect(oidcSchema.safeParse({ ...least, issuer }).success).toBe(false);
});
