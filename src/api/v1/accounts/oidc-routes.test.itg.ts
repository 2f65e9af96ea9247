import { readFile } from 'node:fs/promises';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientSecret, type OidcServer, startOidcServer } from '../../../../test/oidc-server.ts';
import type { OidcLoginSettings } from '../../../accounts/oidc/oidc-provider.ts';
import { createPendingLogins } from '../../../accounts/oidc/pending-logins.ts';
import { createFetch } from '../../../oidc/fetch.ts';
import { createOidcProvider } from '../../../oidc/provider.ts';
import { cookieOf, createTestApi, type TestApi } from '../../api.fixture.ts';

const callback = '/image_creation/api/v1/session/oidc/callback';
const host = 'cic.example.org';
const proxied = { host: 'backend', 'x-forwarded-host': host, 'x-forwarded-proto': 'https' };

let server: OidcServer;
let ca: string;
let api: TestApi;

beforeAll(async () => {
  server = await startOidcServer([`http://${host}${callback}`, `https://${host}${callback}`]);
  ca = await readFile(server.caFile, 'utf8');
});

afterAll(() => server?.stop());

type Variant = {
  readonly settings?: Partial<OidcLoginSettings>;
  readonly ca?: string | undefined;
  readonly issuer?: string;
  readonly secret?: string;
};

async function createApi(variant: Variant = {}): Promise<TestApi> {
  const provider = createOidcProvider({
    issuer: variant.issuer ?? server.issuer,
    clientId: 'cic',
    clientSecret: variant.secret ?? clientSecret,
    scope: 'openid profile email',
    fetch: createFetch({ ca: 'ca' in variant ? variant.ca : ca, proxy: {} }),
  });
  const settings = { name: 'HPC login', signUp: true, ...variant.settings };
  const pending = createPendingLogins(() => performance.now());
  return createTestApi({
    oidc: { settings, provider, pending },
    settings: { trustedProxies: ['127.0.0.1'] },
  });
}

beforeEach(async () => {
  api = await createApi();
});

async function begin(query = '', headers: Readonly<Record<string, string>> = { host }) {
  const answer = await api.ask({ route: `GET /session/oidc${query}`, headers });
  expect(answer.statusCode).toBe(302);
  return { url: String(answer.headers.location), cookie: cookieOf(answer, 'cic_login'), answer };
}

const comeBack = (url: string, cookie: string, headers: Readonly<Record<string, string>> = { host }) => {
  const { pathname, search } = new URL(url);
  return api.app.inject({ url: pathname + search, headers: { ...headers, cookie } });
};

async function logIn(account: string, query?: string): Promise<LightMyRequestResponse> {
  const { url, cookie } = await begin(query);
  return comeBack(await server.logIn(url, account), cookie);
}

const problemOf = (answer: LightMyRequestResponse) => {
  expect(answer.headers['content-type']).toContain('application/problem+json');
  return { status: answer.statusCode, code: answer.json().code, detail: answer.json().detail };
};

/** What the sign-in page is told of a login that led to nothing. */
async function refusalOf(answer: LightMyRequestResponse) {
  expect(answer.statusCode).toBe(302);
  const target = new URL(String(answer.headers.location), `http://${host}`);
  expect([target.host, target.pathname]).toEqual([host, '/image_creation/sign-in']);
  expect(cookieOf(answer, 'cic_session')).toBe('');
  const headers = { cookie: cookieOf(answer, 'cic_refused') };
  const { refused } = (await api.ask({ route: 'GET /sign-in', headers })).json();
  expect(target.searchParams.get('error')).toBe(refused.code);
  return { ...refused, to: target.searchParams.get('to') };
}

async function accountOf(answer: LightMyRequestResponse) {
  expect(answer.statusCode).toBe(302);
  const headers = { cookie: cookieOf(answer, 'cic_session') };
  return (await api.ask({ route: 'GET /account', headers })).json();
}

describe('a login at the provider', () => {
  test('makes an account and a session, and leads back to where one was', async () => {
    const answer = await logIn('grace', '?return_to=/image_creation/builds?page=2');
    expect(answer.headers.location).toBe('/image_creation/builds?page=2');
    expect(await accountOf(answer)).toMatchObject({
      user: { name: 'grace', role: 'user' },
      has_password: false,
    });
    const again = await logIn('grace');
    expect(again.headers.location).toBe('/image_creation/');
    expect(await accountOf(again)).toMatchObject({ user: { name: 'grace' } });
    expect(await api.accounts.countUsers()).toBe(3);
  });

  test('asks with PKCE, state and nonce, of which the browser has a handle alone', async () => {
    const { url, answer } = await begin();
    const sent = Object.fromEntries(new URL(url).searchParams);
    expect(sent).toMatchObject({
      response_type: 'code',
      client_id: 'cic',
      scope: 'openid profile email',
      redirect_uri: `http://${host}${callback}`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^cic_login=[\w-]{43}; Max-Age=600; Path=\/image_creation\/api\/v1\/session\/oidc; HttpOnly; SameSite=Lax$/,
    );
  });

  test('works behind a proxy that speaks TLS', async () => {
    const { url, cookie, answer } = await begin('', proxied);
    expect(answer.headers['set-cookie']).toContain('Secure');
    const back = await server.logIn(url, 'grace');
    expect(back).toMatch(`https://${host}${callback}?code=`);
    expect(await accountOf(await comeBack(back, cookie, proxied))).toMatchObject({ user: { name: 'grace' } });
  });

  test('gives the name that is free to who has one that is not', async () => {
    expect(await accountOf(await logIn('ada'))).toMatchObject({ user: { name: 'ada-2' } });
  });

  test('makes administrators of those in the group', async () => {
    api = await createApi({ settings: { admin: { claim: 'groups', value: 'cic-admins' } } });
    expect(await accountOf(await logIn('boss'))).toMatchObject({ user: { name: 'boss', role: 'admin' } });
    expect(await accountOf(await logIn('grace'))).toMatchObject({ user: { role: 'user' } });
  });

  test('needs an invitation where accounts are not for everybody', async () => {
    api = await createApi({ settings: { signUp: false } });
    expect(await refusalOf(await logIn('grace'))).toEqual({
      code: 'AUTH_LOGIN_REFUSED',
      message: 'you have no account here that belongs to HPC login',
      hint: 'ask an administrator for an invitation',
      to: null,
    });
    const { code } = (await api.ask({ route: 'POST /invites', as: 'root', body: {} })).json();
    expect(await accountOf(await logIn('grace', `?invite=${code}`))).toMatchObject({
      user: { name: 'grace' },
    });
    expect(await accountOf(await logIn('grace'))).toMatchObject({ user: { name: 'grace' } });
  });

  test('is told to the login page', async () => {
    expect((await api.ask({ route: 'GET /sign-in' })).json().oidc).toEqual({
      name: 'HPC login',
      url: '/image_creation/api/v1/session/oidc',
      sign_up: true,
    });
  });
});

describe('what is forged', () => {
  test('an answer without the cookie, with that of another browser, or a second time', async () => {
    const [mine, other] = [await begin(), await begin()];
    const back = await server.logIn(mine.url, 'grace');
    const refused = { code: 'AUTH_LOGIN_REFUSED' };
    expect(await refusalOf(await comeBack(back, ''))).toMatchObject(refused);
    expect(await refusalOf(await comeBack(back, `cic_login=${'A'.repeat(43)}`))).toMatchObject(refused);
    expect(await refusalOf(await comeBack(back, other.cookie))).toMatchObject(refused);
    expect((await comeBack(back, mine.cookie)).statusCode).toBe(302);
    expect(await refusalOf(await comeBack(back, mine.cookie))).toMatchObject(refused);
  });

  test.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'x')],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another code', (url: URL) => url.searchParams.set('code', 'x')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example.com')],
    ['nothing', (url: URL) => (url.search = '')],
    ['two codes', (url: URL) => url.searchParams.append('code', 'x')],
    ['strange characters', (url: URL) => (url.search = '?code=%01%ff&state=%zz')],
  ])('an answer with %s', async (_name, forge) => {
    const { url, cookie } = await begin();
    const back = new URL(await server.logIn(url, 'grace'));
    forge(back);
    const answer = await comeBack(back.href, cookie);
    expect(await refusalOf(answer)).toMatchObject({ code: 'AUTH_LOGIN_REFUSED' });
  });

  test.each([
    'https://evil.example.com/',
    '//evil.example.com',
    '/\\evil.example.com',
    '/image_creation/../../evil',
    '/image_creation/\r\nSet-Cookie: a=b',
    '/elsewhere',
    'http://localhost/image_creation/../x',
    'javascript:alert(1)',
  ])('the way back to %j leads to this service', async (wish) => {
    const answer = await logIn('grace', `?return_to=${encodeURIComponent(wish)}`);
    const target = new URL(String(answer.headers.location), `http://${host}`);
    expect(target.host).toBe(host);
    expect(target.pathname).toMatch(/^\/image_creation\//);
    expect(answer.headers['a']).toBeUndefined();
  });

  test('a refusal that somebody has made up says nothing', async () => {
    for (const value of ['x', Buffer.from('{"code":"NONE","message":"call us"}').toString('base64url')]) {
      const answer = await api.ask({ route: 'GET /sign-in', headers: { cookie: `cic_refused=${value}` } });
      expect(answer.json().refused).toBeNull();
    }
  });

  test('the words of a provider that refuses reach the person', async () => {
    const { url, cookie } = await begin('?return_to=/image_creation/builds?page=2');
    const state = new URL(url).searchParams.get('state');
    const iss = encodeURIComponent(server.issuer);
    const query = `?error=access_denied&error_description=not%20today&state=${state}&iss=${iss}`;
    const answer = await comeBack(`http://${host}${callback}${query}`, cookie);
    expect(String(answer.headers.location)).not.toContain('today');
    expect(await refusalOf(answer)).toEqual({
      code: 'AUTH_LOGIN_REFUSED',
      message: 'the provider refused the login: not today',
      to: '/builds?page=2',
    });
  });
});

describe('a provider that cannot be used', () => {
  test('because it does not answer', async () => {
    api = await createApi({ issuer: 'https://localhost:9' });
    const answer = await api.ask({ route: 'GET /session/oidc', headers: { host } });
    expect(await refusalOf(answer)).toMatchObject({
      code: 'AUTH_PROVIDER_FAILED',
      message: expect.stringContaining('https://localhost:9 cannot be used to log in'),
    });
  });

  test('because its authority is unknown', async () => {
    api = await createApi({ ca: undefined });
    const answer = await api.ask({ route: 'GET /session/oidc', headers: { host } });
    expect(await refusalOf(answer)).toMatchObject({
      code: 'AUTH_PROVIDER_FAILED',
      message: expect.stringMatching(/self-signed certificate/),
    });
  });

  test('because the secret is wrong', async () => {
    api = await createApi({ secret: 'wrong' });
    expect(await refusalOf(await logIn('grace'))).toMatchObject({ code: 'AUTH_LOGIN_REFUSED' });
  });

  test('because none is configured', async () => {
    api = await createTestApi();
    for (const path of ['', '/callback']) {
      const answer = await api.ask({ route: `GET /session/oidc${path}`, headers: { host } });
      expect(problemOf(answer)).toMatchObject({ status: 404, code: 'API_NOT_FOUND' });
    }
  });
});
