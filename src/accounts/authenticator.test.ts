import { beforeEach, expect, test, vi } from 'vitest';
import type { User } from './account.ts';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import type { Credential } from './credential.ts';
import { createLoginGuard } from './login-guard.ts';
import { createMemoryAccounts } from './memory-accounts.fixture.ts';
import { hashPassword } from './password.ts';
import type { AccountStore } from './ports.ts';
import { hashSecret } from './secret.ts';

const minute = 60_000;
const right = { kind: 'password', name: 'ada', password: 'correct horse battery' } as const;
const wrong = { ...right, password: 'wrong horse battery' };
const token: Credential = { kind: 'token', token: 'cic_token' };
const session: Credential = { kind: 'session', secret: 'cookie' };
const invalid = { code: 'AUTH_INVALID' };
const throttled = { code: 'AUTH_THROTTLED' };
const passwordHash = await hashPassword(right.password);

let nowMs: number;
let isCacheUsable: boolean;
let store: AccountStore;
let ada: User;
let authenticator: Authenticator;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1);
  isCacheUsable = true;
  store = createMemoryAccounts(() => new Date(nowMs));
  await store.addUser({ name: 'root', passwordHash: null, role: 'admin' });
  ada = await store.addUser({ name: 'ada', passwordHash, role: 'user' });
  const expiresAt = new Date(nowMs + 60 * minute);
  const tokenHash = hashSecret('cic_token');
  await store.addToken({ userId: ada.id, name: 'ci', tokenHash, scopes: ['read'], expiresAt });
  await store.addSession({ userId: ada.id, tokenHash: hashSecret('cookie'), userAgent: '', expiresAt });
  authenticator = createAuthenticator({
    store,
    guard: createLoginGuard(() => nowMs),
    isCacheUsable: () => isCacheUsable,
    now: () => new Date(nowMs),
  });
});

const show = (credential: Credential, address = '10.0.0.1') =>
  authenticator.authenticate(credential, address);

async function guessUntilThrottled(address: string): Promise<void> {
  for (let slip = 1; slip <= 5; slip += 1)
    await expect(show({ ...wrong, password: `wrong ${slip}` }, address)).rejects.toMatchObject(invalid);
  await expect(show(wrong, address)).rejects.toMatchObject(throttled);
}

test('a password and a session may do everything, a token what it was made for', async () => {
  expect(await show(right)).toEqual({ user: ada, scopes: new Set(['read', 'build', 'account', 'admin']) });
  expect((await show(session)).sessionId).toEqual(expect.any(String));
  const principal = await show(token);
  expect(principal).toEqual({ user: ada, scopes: new Set(['read']), tokenId: expect.any(String) });
});

test.each([
  ['a wrong password', wrong],
  ['an unknown name', { ...right, name: 'eve' }],
  ['a name that no database takes', { ...right, name: 'ada\0' }],
  ['a giant name', { ...right, name: 'x'.repeat(1e6) }],
  ['a user without a password', { ...right, name: 'root' }],
  ['an empty password', { ...right, password: '' }],
  ['an unknown token', { kind: 'token', token: 'cic_other' }],
  ['a token as a session', { kind: 'session', secret: 'cic_token' }],
  ['an unknown session', { kind: 'session', secret: '\0' }],
] as const)('%s is refused', async (_name, credential) => {
  await expect(show(credential)).rejects.toMatchObject(invalid);
});

test('a password is looked up once in five minutes, and by many at once only once', async () => {
  const findByName = vi.spyOn(store, 'findByName');
  await Promise.all([show(right), show(right, '10.0.0.2'), show(right)]);
  await show(right);
  expect(findByName).toHaveBeenCalledTimes(1);
  nowMs += 5 * minute;
  await show(right);
  expect(findByName).toHaveBeenCalledTimes(2);
});

test('while changes may be missed, nothing is answered from memory', async () => {
  await show(right);
  isCacheUsable = false;
  await store.setPassword(ada.id, await hashPassword('another horse battery'));
  await expect(show(right)).rejects.toMatchObject(invalid);
});

test('a token and a session end at their time, remembered or not', async () => {
  nowMs += 59 * minute;
  await show(token);
  await show(session);
  nowMs += minute;
  await expect(show(token)).rejects.toMatchObject(invalid);
  await expect(show(session)).rejects.toMatchObject(invalid);
});

test('a changed password, a disabled user and a revoked token are refused once they are forgotten', async () => {
  await show(right);
  await show(token);
  const { tokenId = '' } = await show(token);
  await store.revokeToken(ada.id, tokenId);
  authenticator.forget(ada.id);
  await expect(show(token)).rejects.toMatchObject(invalid);
  await show(right);
  await store.changeUser(ada.id, { isDisabled: true });
  authenticator.forget(ada.id);
  await expect(show(right)).rejects.toMatchObject(invalid);
  await store.changeUser(ada.id, { isDisabled: false });
  await store.setPassword(ada.id, await hashPassword('another horse battery'));
  authenticator.forget();
  await expect(show(right)).rejects.toMatchObject(invalid);
});

test('what concerns one user has nobody else verified anew', async () => {
  await show(right);
  const findByName = vi.spyOn(store, 'findByName');
  authenticator.forget('somebody else');
  await show(right);
  expect(findByName).not.toHaveBeenCalled();
  authenticator.forget(ada.id);
  await show(right);
  expect(findByName).toHaveBeenCalledTimes(1);
});

test('what was read before a change is not kept after it', async () => {
  const { findByName } = store;
  vi.spyOn(store, 'findByName').mockImplementationOnce(async (name) => {
    const found = await findByName(name);
    await store.setPassword(ada.id, await hashPassword('another horse battery'));
    authenticator.forget(ada.id);
    return found;
  });
  await show(right);
  await expect(show(right)).rejects.toMatchObject(invalid);
});

test('a client with the right password is not slowed by guesses from anywhere', async () => {
  await show(right);
  await guessUntilThrottled('10.0.0.66');
  await show(right);
  await guessUntilThrottled('10.0.0.1');
  nowMs += 6 * minute;
  authenticator.forget();
  await guessUntilThrottled('10.0.0.1').catch(() => undefined);
  await show(right);
});

test('a new client is slowed by guesses from its own address alone', async () => {
  await guessUntilThrottled('10.0.0.66');
  await show(right);
  authenticator.forget();
  await expect(show({ ...right, name: 'root' }, '10.0.0.66')).rejects.toMatchObject(invalid);
});

test('a password that was right once is a guess after its change', async () => {
  await show(right);
  await store.setPassword(ada.id, await hashPassword('another horse battery'));
  authenticator.forget(ada.id);
  for (let slip = 0; slip <= 5; slip += 1) await expect(show(right)).rejects.toMatchObject(invalid);
  await expect(show(right)).rejects.toMatchObject(throttled);
});

test('tokens and sessions cannot be guessed: wrong ones are always told so', async () => {
  for (let count = 0; count < 100; count += 1) {
    await expect(show({ kind: 'token', token: `cic_${count}` })).rejects.toMatchObject(invalid);
    await expect(show({ kind: 'session', secret: String(count) })).rejects.toMatchObject(invalid);
  }
});

test('a database that does not answer makes no guesser', async () => {
  const findByName = vi.spyOn(store, 'findByName').mockRejectedValue(new Error('gone'));
  for (let count = 0; count < 20; count += 1) await expect(show(right)).rejects.toThrow('gone');
  findByName.mockRestore();
  await show(right);
});

test('the last use of a token is written once a minute, and a failure of that is none of the request', async () => {
  const touchToken = vi.spyOn(store, 'touchToken').mockRejectedValue(new Error('gone'));
  for (let count = 0; count < 3; count += 1) await show(token);
  expect(touchToken).toHaveBeenCalledTimes(1);
  nowMs += minute;
  await show(token);
  expect(touchToken).toHaveBeenCalledTimes(2);
});
