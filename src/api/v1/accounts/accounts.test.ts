import { beforeEach, describe, expect, test } from 'vitest';
import {
  basic,
  cookieOf,
  createTestApi,
  type TestApi,
  type TestRequest,
  testPassword,
} from '../../api.fixture.ts';

let api: TestApi;

beforeEach(async () => {
  api = await createTestApi();
});

const newPassword = 'another horse battery';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const codeOf = async (request: TestRequest) => (await api.ask(request)).json().code;

async function createToken(scopes: readonly string[], as = 'ada'): Promise<{ id: string; token: string }> {
  const body = { name: 'ci', scopes, expires_at: null };
  const answer = await api.ask({ route: 'POST /account/tokens', as, body });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

async function logIn(): Promise<string> {
  const body = { name: 'ada', password: testPassword };
  return cookieOf(await api.ask({ route: 'POST /session', body }), 'cic_session');
}

describe('the account', () => {
  test('says who one is, what one may have and has', async () => {
    expect((await api.ask({ route: 'GET /account', as: 'ada' })).json()).toEqual({
      user: {
        id: api.ada.id,
        name: 'ada',
        role: 'user',
        disabled: false,
        quota: { running: null, queued: null, stored_bytes: null },
        created_at: api.ada.createdAt.toISOString(),
      },
      scopes: ['read', 'build', 'account'],
      has_password: true,
      limits: { running: 2, queued: 50, stored_bytes: 5e11 },
      usage: { running: 0, queued: 0, stored_bytes: 0 },
    });
  });

  test('of an administrator has no limits but those that were set', async () => {
    expect((await api.ask({ route: 'GET /account', as: 'root' })).json()).toMatchObject({
      scopes: ['read', 'build', 'account', 'admin'],
      limits: {},
    });
    await api.accounts.changeUser(api.root.id, { quota: { queued: 7 } });
    const answer = await api.ask({ route: 'GET /account', headers: { cookie: await logInAs('root') } });
    expect(answer.json().limits).toEqual({ queued: 7 });
  });

  async function logInAs(name: string): Promise<string> {
    api.advance(10 * 60_000);
    const body = { name, password: testPassword };
    return cookieOf(await api.ask({ route: 'POST /session', body }), 'cic_session');
  }
});

describe('a changed password', () => {
  const change = (old: string, next: string) => ({ old_password: old, new_password: next });

  test('needs the old one, and ends all sessions but this', async () => {
    const [other, own] = [await logIn(), await logIn()];
    const route = 'POST /account/password';
    const headers = { cookie: own };
    expect(await codeOf({ route, headers, body: change('wrong', newPassword) })).toBe(
      'ACCOUNT_PASSWORD_WRONG',
    );
    const answer = await api.ask({ route, headers, body: change(testPassword, newPassword) });
    expect(answer.statusCode).toBe(204);
    expect((await api.ask({ route: 'GET /account', headers })).statusCode).toBe(200);
    expect((await api.ask({ route: 'GET /account', headers: { cookie: other } })).statusCode).toBe(401);
    expect((await api.ask({ route: 'GET /account', as: 'ada' })).statusCode).toBe(401);
    const now = { authorization: basic('ada', newPassword) };
    expect((await api.ask({ route: 'GET /account', headers: now })).statusCode).toBe(200);
  });

  test('is one that keeps the rules', async () => {
    const body = change(testPassword, 'short');
    expect(await codeOf({ route: 'POST /account/password', as: 'ada', body })).toBe('ACCOUNT_INVALID');
  });

  test('needs a credential with the scope account', async () => {
    const { token } = await createToken(['read', 'build']);
    const body = change(testPassword, newPassword);
    const request = { route: 'POST /account/password', headers: bearer(token), body };
    expect(await codeOf(request)).toBe('AUTH_FORBIDDEN');
  });

  test('cannot be guessed by who has a session', async () => {
    const headers = { cookie: await logIn() };
    const attempt = (index: number) =>
      codeOf({ route: 'POST /account/password', headers, body: change(`guess ${index}`, newPassword) });
    for (let index = 0; index < 5; index += 1) expect(await attempt(index)).toBe('ACCOUNT_PASSWORD_WRONG');
    expect(await attempt(5)).toBe('AUTH_THROTTLED');
  });
});

describe('a token', () => {
  test('is shown once, works as Bearer and as the Basic name, and ends by revocation', async () => {
    const { id, token } = await createToken(['read', 'account']);
    expect(token).toMatch(/^cic_[\w-]{43}$/);
    for (const headers of [bearer(token), { authorization: basic(token, '') }]) {
      expect((await api.ask({ route: 'GET /account', headers })).json().scopes).toEqual(['read', 'account']);
    }
    const { items } = (await api.ask({ route: 'GET /account/tokens', as: 'ada' })).json();
    expect(items).toEqual([
      {
        id,
        name: 'ci',
        scopes: ['read', 'account'],
        created_at: expect.any(String),
        expires_at: null,
        last_used_at: expect.any(String),
      },
    ]);
    expect((await api.ask({ route: `DELETE /account/tokens/${id}`, as: 'ada' })).statusCode).toBe(204);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(401);
  });

  test('is not revoked by others', async () => {
    const { id } = await createToken(['read']);
    expect(await codeOf({ route: `DELETE /account/tokens/${id}`, as: 'root' })).toBe('ACCOUNT_NOT_FOUND');
  });

  test('ends at its time, which lies ahead', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const request = { route: 'POST /account/tokens', as: 'ada' };
    const made = await api.ask({ ...request, body: { name: 'ci', scopes: ['read'], expires_at } });
    const { token } = made.json();
    expect(made.json().expires_at).toBe(expires_at);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(200);
    api.advance(2 * 3_600_000);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(401);
    const late = { name: 'ci', scopes: ['read'], expires_at };
    expect(await codeOf({ ...request, body: late })).toBe('ACCOUNT_INVALID');
  });

  test('has no more scopes than what it is made with', async () => {
    const { token } = await createToken(['account', 'read']);
    const body = (scopes: readonly string[]) => ({ name: 'more', scopes, expires_at: null });
    const request = { route: 'POST /account/tokens', headers: bearer(token) };
    expect(await codeOf({ ...request, body: body(['read', 'build']) })).toBe('AUTH_FORBIDDEN');
    expect((await api.ask({ ...request, body: body(['read']) })).statusCode).toBe(201);
    const { token: reader } = await createToken(['read']);
    expect(await codeOf({ ...request, headers: bearer(reader), body: body(['read']) })).toBe(
      'AUTH_FORBIDDEN',
    );
  });

  test('with the scope admin is for administrators, and for nothing else than its scopes', async () => {
    const body = { name: 'a', scopes: ['admin'], expires_at: null };
    expect(await codeOf({ route: 'POST /account/tokens', as: 'ada', body })).toBe('AUTH_FORBIDDEN');
    const { token } = await createToken(['read'], 'root');
    expect(await codeOf({ route: 'GET /users', headers: bearer(token) })).toBe('AUTH_FORBIDDEN');
    const { token: admin } = await createToken(['admin'], 'root');
    expect((await api.ask({ route: 'GET /users', headers: bearer(admin) })).statusCode).toBe(200);
    expect(await codeOf({ route: 'GET /account', headers: bearer(admin) })).toBe('AUTH_FORBIDDEN');
  });

  test.each([
    [{ name: '', scopes: ['read'], expires_at: null }],
    [{ name: 'a\0b', scopes: ['read'], expires_at: null }],
    [{ name: 'x'.repeat(101), scopes: ['read'], expires_at: null }],
    [{ name: 'a', scopes: [], expires_at: null }],
    [{ name: 'a', scopes: ['everything'], expires_at: null }],
    [{ name: 'a', scopes: ['read'], expires_at: 'tomorrow' }],
    [[]],
  ])('%j is none', async (body) => {
    expect(await codeOf({ route: 'POST /account/tokens', as: 'ada', body })).toBe('API_MALFORMED');
  });

  test('is one of a thousand at most, of those that do not end within a day', async () => {
    const token = { userId: api.ada.id, name: 't', scopes: ['read'] as const };
    const tonight = new Date(Date.now() + 3_600_000);
    for (let count = 0; count < 1000; count += 1) {
      await api.accounts.addToken({ ...token, tokenHash: `login ${count}`, expiresAt: tonight });
    }
    await createToken(['read']);
    for (let count = 0; count < 999; count += 1) {
      await api.accounts.addToken({ ...token, tokenHash: `${count}`, expiresAt: null });
    }
    const body = { name: 'one more', scopes: ['read'], expires_at: null };
    expect(await codeOf({ route: 'POST /account/tokens', as: 'ada', body })).toBe('QUOTA_EXCEEDED');
  });

  test('of GET /login reads and builds for a day, and cannot make others', async () => {
    const answer = await api.app.inject({
      url: '/login',
      headers: { accept: 'application/json', authorization: basic('ada', testPassword) },
    });
    const { token, duration } = answer.json();
    expect(duration).toBe(86_400);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).json().scopes).toEqual([
      'read',
      'build',
    ]);
    const again = await api.app.inject({ url: '/login', headers: { authorization: basic(token, '') } });
    expect(again.statusCode).toBe(403);
    api.advance(86_400_000);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(401);
  });
});

test("one's own sessions are listed and ended", async () => {
  const own = { cookie: await logIn(), 'user-agent': 'Firefox\u0001' };
  const other = { cookie: await logIn() };
  const { items } = (await api.ask({ route: 'GET /account/sessions', headers: own })).json();
  expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  const { id } = items.find(({ current }: { current: boolean }) => !current);
  expect(await codeOf({ route: `DELETE /account/sessions/${id}`, as: 'root' })).toBe('ACCOUNT_NOT_FOUND');
  expect((await api.ask({ route: `DELETE /account/sessions/${id}`, headers: own })).statusCode).toBe(204);
  expect((await api.ask({ route: 'GET /account', headers: other })).statusCode).toBe(401);
  expect((await api.ask({ route: 'GET /account', headers: own })).statusCode).toBe(200);
});

describe('sign-up', () => {
  const eve = { name: 'eve', password: newPassword };
  const signUp = (body: object) => api.ask({ route: 'POST /sign-up', body });

  async function invite(role?: string): Promise<string> {
    const body = { ...(role && { role }), days: 1 };
    return (await api.ask({ route: 'POST /invites', as: 'root', body })).json().code;
  }

  test('is closed, also for those with an invitation', async () => {
    expect((await signUp(eve)).json().code).toBe('ACCOUNT_SIGN_UP_CLOSED');
    expect((await signUp({ ...eve, invite: await invite() })).json().code).toBe('ACCOUNT_SIGN_UP_CLOSED');
  });

  test('by invitation makes one account, with its role', async () => {
    api = await createTestApi({ settings: { signUp: 'invite' } });
    expect((await signUp(eve)).json().code).toBe('ACCOUNT_SIGN_UP_CLOSED');
    expect((await signUp({ ...eve, invite: 'x' })).json().code).toBe('ACCOUNT_INVITE_INVALID');
    const code = await invite('admin');
    expect((await signUp({ ...eve, invite: code })).json()).toMatchObject({ name: 'eve', role: 'admin' });
    expect((await signUp({ ...eve, name: 'mallory', invite: code })).json().code).toBe(
      'ACCOUNT_INVITE_INVALID',
    );
  });

  test('by invitation ends with it', async () => {
    api = await createTestApi({ settings: { signUp: 'invite' } });
    const code = await invite();
    api.advance(25 * 3_600_000);
    expect((await signUp({ ...eve, invite: code })).json().code).toBe('ACCOUNT_INVITE_INVALID');
    const other = await invite();
    const { items } = (await api.ask({ route: 'GET /invites', as: 'root' })).json();
    expect(items).toHaveLength(2);
    await api.ask({ route: `DELETE /invites/${items[1].id}`, as: 'root' });
    expect((await signUp({ ...eve, invite: other })).json().code).toBe('ACCOUNT_INVITE_INVALID');
  });

  test('that is open makes users, of a role that nobody chooses', async () => {
    api = await createTestApi({ settings: { signUp: 'open' } });
    const answer = await signUp({ ...eve, role: 'admin' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ name: 'eve', role: 'user' });
    expect((await signUp({ ...eve, name: 'EVE' })).json().code).toBe('ACCOUNT_NAME_TAKEN');
    expect((await signUp({ ...eve, name: 'a b' })).json().code).toBe('ACCOUNT_INVALID');
    expect((await signUp({ ...eve, name: 'new', password: 'short' })).json().code).toBe('ACCOUNT_INVALID');
  });

  test('that is open is slowed for those who make account after account', async () => {
    api = await createTestApi({ settings: { signUp: 'open' } });
    for (let count = 0; count < 5; count += 1) {
      expect((await signUp({ ...eve, name: `eve${count}` })).statusCode).toBe(201);
    }
    expect((await signUp({ ...eve, name: 'eve5' })).statusCode).toBe(429);
  });

  test('is told to the login page', async () => {
    const told = (await api.ask({ route: 'GET /sign-in' })).json();
    expect(told).toEqual({ sign_up: 'closed', oidc: null, refused: null });
  });
});

describe('users', () => {
  test.each([
    'GET /users',
    'POST /users',
    'GET /users/x',
    'PATCH /users/x',
    'PUT /users/x/password',
    'DELETE /users/x',
    'GET /invites',
    'POST /invites',
    'DELETE /invites/x',
  ])('%s is for administrators', async (route) => {
    const id = '00000000-0000-4000-8000-000000000000';
    const body = { name: 'eve', password: newPassword };
    const request = { route: route.replace(/x/, id), ...(/POST|PUT|PATCH/.test(route) && { body }) };
    expect(await codeOf({ ...request, as: 'ada' })).toBe('AUTH_FORBIDDEN');
    expect(await codeOf(request)).toBe('AUTH_REQUIRED');
  });

  test('are made, with a password that is made up where none is given', async () => {
    const made = await api.ask({ route: 'POST /users', as: 'root', body: { name: 'eve' } });
    expect(made.statusCode).toBe(201);
    const { password } = made.json();
    const headers = { authorization: basic('eve', password) };
    expect((await api.ask({ route: 'GET /account', headers })).json().user).toMatchObject({ role: 'user' });
    const given = { name: 'bob', password: newPassword, role: 'admin' };
    const other = (await api.ask({ route: 'POST /users', as: 'root', body: given })).json();
    expect(other).toMatchObject({ name: 'bob', role: 'admin' });
    expect(other).not.toHaveProperty('password');
    const { items } = (await api.ask({ route: 'GET /users', as: 'root' })).json();
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['ada', 'bob', 'eve', 'root']);
  });

  test('are changed in what is given; null takes a limit of their own away', async () => {
    const route = `PATCH /users/${api.ada.id}`;
    const change = async (body: object) => (await api.ask({ route, as: 'root', body })).json();
    expect((await change({ quota: { running: 4, queued: 0 } })).quota).toEqual({
      running: 4,
      queued: 0,
      stored_bytes: null,
    });
    expect(await change({ role: 'admin' })).toMatchObject({
      role: 'admin',
      quota: { running: 4, queued: 0 },
    });
    expect((await change({ quota: { running: null } })).quota).toMatchObject({ running: null, queued: 0 });
    expect((await change({ quota: { running: 0 } })).code).toBe('API_MALFORMED');
  });

  test('who are disabled can do nothing, from this moment', async () => {
    const { token } = await createToken(['read']);
    const cookie = await logIn();
    const route = `PATCH /users/${api.ada.id}`;
    await api.ask({ route, as: 'root', body: { disabled: true } });
    for (const headers of [bearer(token), { cookie }, { authorization: basic('ada', testPassword) }]) {
      expect((await api.ask({ route: 'GET /account', headers })).statusCode).toBe(401);
    }
    await api.ask({ route, as: 'root', body: { disabled: false } });
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(200);
    expect((await api.ask({ route: 'GET /account', headers: { cookie } })).statusCode).toBe(401);
  });

  test('get a new password from an administrator, who needs the old one for the own', async () => {
    const body = { password: newPassword };
    const set = await api.ask({ route: `PUT /users/${api.ada.id}/password`, as: 'root', body });
    expect(set.statusCode).toBe(204);
    const headers = { authorization: basic('ada', newPassword) };
    expect((await api.ask({ route: 'GET /account', headers })).statusCode).toBe(200);
    const own = { route: `PUT /users/${api.root.id}/password`, as: 'root', body };
    expect(await codeOf(own)).toBe('AUTH_FORBIDDEN');
  });

  test('are forgotten with their credentials; the last administrator stays', async () => {
    const { token } = await createToken(['read']);
    expect((await api.ask({ route: `DELETE /users/${api.ada.id}`, as: 'root' })).statusCode).toBe(204);
    expect((await api.ask({ route: 'GET /account', headers: bearer(token) })).statusCode).toBe(401);
    expect(await codeOf({ route: `GET /users/${api.ada.id}`, as: 'root' })).toBe('ACCOUNT_NOT_FOUND');
    expect(await codeOf({ route: `DELETE /users/${api.root.id}`, as: 'root' })).toBe('ACCOUNT_LAST_ADMIN');
  });

  test('who are no longer administrators lose it with the tokens they have', async () => {
    const { token } = await createToken(['admin'], 'root');
    await api.accounts.changeUser(api.ada.id, { role: 'admin' });
    const request = { route: `PATCH /users/${api.root.id}`, headers: bearer(token), body: { role: 'user' } };
    expect((await api.ask(request)).statusCode).toBe(200);
    expect(await codeOf({ route: 'GET /users', headers: bearer(token) })).toBe('AUTH_FORBIDDEN');
  });
});
