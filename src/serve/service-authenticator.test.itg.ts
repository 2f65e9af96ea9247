import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../accounts/account.ts';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { Credential } from '../accounts/credential.ts';
import { hashPassword } from '../accounts/password.ts';
import { hashSecret } from '../accounts/secret.ts';
import type { Storage } from '../storage/open-storage.ts';
import { startTestPostgres, type TestPostgres } from '../storage/postgres.fixture.ts';
import { createServiceAuthenticator } from './service-authenticator.ts';

const password: Credential = { kind: 'password', name: 'ada', password: 'correct horse battery' };
const token: Credential = { kind: 'token', token: 'cic_token' };
const session: Credential = { kind: 'session', secret: 'cookie' };

let postgres: TestPostgres;
/** Another process: what it changes is heard through the database alone. */
let elsewhere: Storage;
let authenticator: Authenticator;
let ada: User;

beforeAll(async () => {
  postgres = await startTestPostgres();
  elsewhere = await postgres.open('service');
  authenticator = createServiceAuthenticator(postgres.storage);
});

afterAll(async () => {
  await elsewhere?.close();
  await postgres?.stop();
});

beforeEach(async () => {
  await postgres.clear();
  authenticator.forget();
  const { accounts } = postgres.storage;
  await accounts.addUser({ name: 'root', passwordHash: null, role: 'admin' });
  const passwordHash = await hashPassword('correct horse battery');
  ada = await accounts.addUser({ name: 'ada', passwordHash, role: 'user' });
  const expiresAt = new Date(Date.now() + 3_600_000);
  const tokenHash = hashSecret('cic_token');
  await accounts.addToken({ userId: ada.id, name: 'ci', tokenHash, scopes: ['read'], expiresAt });
  await accounts.addSession({ userId: ada.id, tokenHash: hashSecret('cookie'), userAgent: '', expiresAt });
});

const isGood = (credential: Credential) =>
  authenticator.authenticate(credential, '192.0.2.1').then(
    () => true,
    () => false,
  );

describe('a credential that was good is refused within moments after', () => {
  test.each([
    [
      'a new password',
      [password, session],
      async ({ accounts }: Storage) =>
        accounts.setPassword(ada.id, await hashPassword('another horse battery')),
    ],
    [
      'the account was disabled',
      [password, token, session],
      ({ accounts }: Storage) => accounts.changeUser(ada.id, { isDisabled: true }),
    ],
    [
      'the user was deleted',
      [password, token, session],
      ({ accounts }: Storage) => accounts.removeUser(ada.id),
    ],
    [
      'the token was revoked',
      [token],
      async ({ accounts }: Storage) => {
        for (const { id } of await accounts.listTokens(ada.id)) await accounts.revokeToken(ada.id, id);
      },
    ],
    [
      'the session was ended',
      [session],
      async ({ accounts }: Storage) => {
        for (const { id } of await accounts.listSessions(ada.id, new Date()))
          await accounts.endSession(ada.id, id);
      },
    ],
  ])('%s', async (_name, credentials, change) => {
    for (const credential of credentials) expect(await isGood(credential)).toBe(true);
    await change(elsewhere);
    for (const credential of credentials) {
      await expect.poll(() => isGood(credential), { timeout: 10_000, interval: 20 }).toBe(false);
    }
  });

  test('a changed role is the new one', async () => {
    expect((await authenticator.authenticate(token, '192.0.2.1')).user.role).toBe('user');
    await elsewhere.accounts.changeUser(ada.id, { role: 'admin' });
    const roleNow = async () => (await authenticator.authenticate(token, '192.0.2.1')).user.role;
    await expect.poll(roleNow, { timeout: 10_000, interval: 20 }).toBe('admin');
  });
});

test('the last use of a token is kept', async () => {
  await authenticator.authenticate(token, '192.0.2.1');
  const lastUsedAt = async () => (await elsewhere.accounts.listTokens(ada.id))[0]?.lastUsedAt ?? null;
  await expect.poll(lastUsedAt).toBeInstanceOf(Date);
});
