import { beforeEach, describe, expect, test } from 'vitest';
import { basic, cookieOf, createTestApi, type TestApi, testPassword } from './api.fixture.ts';

let api: TestApi;

beforeEach(async () => {
  api = await createTestApi();
});

const problem = (code: string, status: number) => ({ code, status, request_id: expect.any(String) });

async function logIn(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const body = { name: 'ada', password: testPassword };
  const answer = await api.ask({ route: 'POST /session', body, headers });
  expect(answer.statusCode).toBe(200);
  return cookieOf(answer, 'cic_session');
}

const makeToken = (headers: Readonly<Record<string, string>>) =>
  api.ask({
    route: 'POST /account/tokens',
    headers,
    body: { name: 'ci', scopes: ['read'], expires_at: null },
  });

describe('what is forged', () => {
  test.each([
    ['no header', {}, 'AUTH_REQUIRED'],
    ['another scheme', { authorization: 'Digest username="ada"' }, 'AUTH_INVALID'],
    ['an empty header', { authorization: '' }, 'AUTH_INVALID'],
    ['no base64', { authorization: 'Basic %%%' }, 'AUTH_INVALID'],
    ['no colon', { authorization: 'Basic YWRh' }, 'AUTH_INVALID'],
    [
      'bytes that are no text',
      { authorization: `Basic ${Buffer.from([0xff, 0x3a, 0xc0]).toString('base64')}` },
      'AUTH_INVALID',
    ],
    ['a name with NUL', { authorization: basic('ada\0', testPassword) }, 'AUTH_INVALID'],
    ['a password with NUL', { authorization: basic('ada', `${testPassword}\0`) }, 'AUTH_INVALID'],
    ['a name of other letters', { authorization: basic('адa', testPassword) }, 'AUTH_INVALID'],
    ['a giant password', { authorization: basic('ada', 'x'.repeat(9000)) }, 'AUTH_INVALID'],
    ['SQL', { authorization: basic("ada'--", testPassword) }, 'AUTH_INVALID'],
    [
      'a token that nobody made',
      { authorization: 'Bearer cic_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
      'AUTH_INVALID',
    ],
    ['a token of strange characters', { authorization: 'Bearer \u00ff\u00fe' }, 'AUTH_INVALID'],
    ['a token as the Basic name', { authorization: basic('cic_nothing', '') }, 'AUTH_INVALID'],
    ['a cookie that nobody made', { cookie: `cic_session=${'A'.repeat(43)}` }, 'AUTH_INVALID'],
    ['a cookie of strange characters', { cookie: 'cic_session=%00%ff%zz"\u00ff' }, 'AUTH_INVALID'],
    ['a giant cookie', { cookie: `cic_session=${'x'.repeat(9000)}` }, 'AUTH_INVALID'],
    ['a cookie with a role', { cookie: 'cic_session={"role":"admin"}' }, 'AUTH_INVALID'],
    ['an empty cookie', { cookie: 'cic_session=' }, 'AUTH_REQUIRED'],
  ])('%s is answered with 401 and a problem', async (_name, headers, code) => {
    const answer = await api.ask({ route: 'GET /account', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject(problem(code, 401));
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="CIC"');
  });

  test('a header wins over the cookie, so that a wrong one is not forgiven', async () => {
    const cookie = await logIn();
    const answer = await api.ask({
      route: 'GET /account',
      headers: { cookie, authorization: basic('ada', 'no') },
    });
    expect(answer.statusCode).toBe(401);
  });

  test('the frozen API asks for Basic, and takes no cookie', async () => {
    const cookie = await logIn();
    const answer = await api.app.inject({ url: '/build/x', headers: { cookie } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="CIC", charset="UTF-8"');
  });
});

describe('the cookie of a session', () => {
  test('is for the base path, hidden from scripts, and not sent along by other sites', async () => {
    const body = { name: 'ada', password: testPassword };
    const answer = await api.ask({ route: 'POST /session', body });
    expect(answer.headers['set-cookie']).toMatch(
      /^cic_session=[\w-]{43}; Max-Age=43200; Path=\/image_creation; HttpOnly; SameSite=Lax$/,
    );
  });

  test('is for TLS alone where the request came over it, which only a trusted proxy can say', async () => {
    const body = { name: 'ada', password: testPassword };
    const request = { route: 'POST /session', body, headers: { 'x-forwarded-proto': 'https' } };
    expect((await api.ask(request)).headers['set-cookie']).not.toContain('Secure');
    api = await createTestApi({ settings: { trustedProxies: ['127.0.0.1'], basePath: '' } });
    expect((await api.ask(request)).headers['set-cookie']).toMatch(
      /Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  test('is a new one at each login: what somebody else has put there is worth nothing', async () => {
    const planted = `cic_session=${'A'.repeat(43)}`;
    const first = await logIn({ cookie: planted });
    expect(first).not.toBe(planted);
    const second = await logIn({ cookie: first });
    expect(second).not.toBe(first);
    expect((await api.ask({ route: 'GET /account', headers: { cookie: first } })).statusCode).toBe(401);
    expect((await api.ask({ route: 'GET /account', headers: { cookie: planted } })).statusCode).toBe(401);
    expect((await api.ask({ route: 'GET /account', headers: { cookie: second } })).statusCode).toBe(200);
  });

  test('ends by logging out and by time', async () => {
    const cookie = await logIn();
    const out = await api.ask({ route: 'DELETE /session', headers: { cookie } });
    expect(out.statusCode).toBe(204);
    expect(out.headers['set-cookie']).toMatch(/^cic_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await api.ask({ route: 'GET /account', headers: { cookie } })).statusCode).toBe(401);
    const later = await logIn();
    api.advance(12 * 3_600_000);
    expect((await api.ask({ route: 'GET /account', headers: { cookie: later } })).statusCode).toBe(401);
  });
});

describe('a request that a page of another site sends', () => {
  test.each([
    ['a page of this service', { 'sec-fetch-site': 'same-origin', origin: 'http://cic.example.org' }, 201],
    ['a bookmark', { 'sec-fetch-site': 'none' }, 201],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }, 403],
    ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://evil.example.org' }, 403],
    ['an unknown word', { 'sec-fetch-site': 'whatever' }, 403],
    ['an older browser, same origin', { origin: 'http://cic.example.org' }, 201],
    ['an older browser, another site', { origin: 'http://evil.example.com' }, 403],
    ['an older browser, another port', { origin: 'http://cic.example.org:8080' }, 403],
    ['a frame without origin', { origin: 'null' }, 403],
    ['an origin that is none', { origin: 'cic.example.org' }, 403],
    ['an origin with a user', { origin: 'http://cic.example.org@evil.example.com' }, 403],
    ['a program, which says neither', {}, 201],
  ])('%s', async (_name, headers, status) => {
    const cookie = await logIn();
    const answer = await makeToken({ cookie, host: 'cic.example.org', ...headers });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject(problem('AUTH_CROSS_SITE', 403));
  });

  test.each([
    ['cic.example.org:80', 'http://cic.example.org', 201],
    ['cic.example.org:443', 'https://cic.example.org', 201],
    ['cic.example.org:8080', 'http://cic.example.org:8080', 201],
    ['CIC.example.org', 'http://cic.example.org', 201],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080', 201],
    ['cic.example.org:8080', 'http://cic.example.org', 403],
  ])('Host %s and Origin %s', async (host, origin, status) => {
    const cookie = await logIn();
    expect((await makeToken({ cookie, host, origin })).statusCode).toBe(status);
  });

  test('behind a trusted proxy the name that the browser used counts, else it is not believed', async () => {
    const headers = {
      host: 'backend:8080',
      'x-forwarded-host': 'cic.example.org',
      origin: 'https://cic.example.org',
    };
    const cookie = await logIn();
    expect((await makeToken({ cookie, ...headers })).statusCode).toBe(403);
    api = await createTestApi({ settings: { trustedProxies: ['127.0.0.1'] } });
    const trusted = await logIn();
    expect((await makeToken({ cookie: trusted, ...headers })).statusCode).toBe(201);
    const evil = { ...headers, origin: 'https://evil.example.com' };
    expect((await makeToken({ cookie: trusted, ...evil })).statusCode).toBe(403);
  });

  test('is refused with Basic too, which browsers remember, and at login, logout and sign-up', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await makeToken({ ...headers, authorization: basic('ada', testPassword) })).statusCode).toBe(403);
    const body = { name: 'ada', password: testPassword };
    for (const route of ['POST /session', 'DELETE /session', 'POST /sign-up']) {
      const answer = await api.ask({ route, headers, ...(route.startsWith('POST') && { body }) });
      expect(answer.json()).toMatchObject(problem('AUTH_CROSS_SITE', 403));
    }
  });

  test('may read nothing, and so is let through where it only reads', async () => {
    const cookie = await logIn();
    const answer = await api.ask({
      route: 'GET /account',
      headers: { cookie, 'sec-fetch-site': 'cross-site' },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

test('guesses are slowed at the login page as at every other place', async () => {
  const body = { name: 'ada', password: 'wrong horse battery' };
  for (let slip = 1; slip <= 5; slip += 1) {
    expect((await api.ask({ route: 'POST /session', body })).statusCode).toBe(401);
  }
  const answer = await api.ask({ route: 'POST /session', body });
  expect(answer.statusCode).toBe(429);
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.json()).toMatchObject(problem('AUTH_THROTTLED', 429));
});
