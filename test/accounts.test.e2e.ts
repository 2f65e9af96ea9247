import { request as requestPlain } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientSecret, type OidcServer, startOidcServer } from './oidc-server.ts';
import { basic, startService, type TestService } from './service.ts';

const callback = '/image_creation/api/v1/session/oidc/callback';
const password = 'correct horse battery';

let oidc: OidcServer;
let service: TestService;

beforeAll(async () => {
  oidc = await startOidcServer([`http://cic.test${callback}`]);
  service = await startService({
    config: {
      network: { ca_bundle: oidc.caFile },
      service: {
        sign_up: 'open',
        trusted_proxies: ['127.0.0.1'],
        oidc: {
          issuer: oidc.issuer,
          client_id: 'cic',
          client_secret_file: oidc.secretFile,
          name: 'HPC login',
          sign_up: true,
        },
      },
    },
  });
}, 120_000);

afterAll(async () => {
  await service?.remove();
  await oidc?.stop();
});

type Call = {
  /** Of a user with the common password; absent: of the administrator; empty: nobody's. */
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

async function call(route: string, { as, headers, body }: Call = {}): Promise<Response> {
  const [method = '', path = ''] = route.split(' ');
  return service.fetch(`${service.api}${path}`, {
    method,
    ...(as !== undefined && { as: as === '' ? '' : basic(as, password) }),
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function signUp(name: string): Promise<string> {
  const answer = await call('POST /sign-up', { as: '', body: { name, password } });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

/** Its step does not exist: it fails before anything is built. */
async function submit(as: string): Promise<string> {
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'docker' };
  const body = { machine, workflow: `of_${as}`, step_id: 'nothing' };
  const answer = await call('POST /builds', { as, body });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function untilFailed(id: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const { state } = (await (await call(`GET /builds/${id}`)).json()) as { state: string };
    if (state === 'failed') return;
    await sleep(100);
  }
  throw new Error(`build ${id} does not end`);
}

test('a user logs in, changes the password, makes a token and logs out', async () => {
  await signUp('grace');
  const login = await call('POST /session', { as: '', body: { name: 'GRACE', password } });
  expect(login.headers.get('set-cookie')).toMatch(/Path=\/image_creation; HttpOnly; SameSite=Lax$/);
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const own = { as: '', headers: { cookie } };
  expect(await (await call('GET /account', own)).json()).toMatchObject({
    user: { name: 'grace', role: 'user' },
    limits: { running: 2, queued: 50, stored_bytes: 500 * 2 ** 30 },
    usage: { running: 0, queued: 0, stored_bytes: 0 },
  });
  const body = { old_password: password, new_password: 'another horse battery' };
  expect((await call('POST /account/password', { ...own, body })).status).toBe(204);
  expect((await call('GET /account', { as: 'grace' })).status).toBe(401);
  const wanted = { name: 'ci', scopes: ['read'], expires_at: null };
  const made = await call('POST /account/tokens', { ...own, body: wanted });
  const { id, token } = (await made.json()) as { id: string; token: string };
  const bearer = { as: '', headers: { authorization: `Bearer ${token}` } };
  expect((await call('GET /builds', bearer)).status).toBe(200);
  expect(await codeOf(await call('POST /builds', { ...bearer, body: {} }))).toBe('AUTH_FORBIDDEN');
  expect((await call(`DELETE /account/tokens/${id}`, own)).status).toBe(204);
  expect((await call('GET /builds', bearer)).status).toBe(401);
  expect((await call('DELETE /session', own)).status).toBe(204);
  expect((await call('GET /account', own)).status).toBe(401);
});

test('the token of GET /login works as the Basic name without a password', async () => {
  const login = await service.fetch('/login', { headers: { accept: 'application/json' } });
  const { token, duration } = (await login.json()) as { token: string; duration: number };
  expect(duration).toBe(86_400);
  const polled = await service.fetch('/build/00000000-0000-4000-8000-000000000000', { as: basic(token, '') });
  expect(polled.status).toBe(404);
});

describe('a build of somebody else', () => {
  let id: string;

  beforeAll(async () => {
    await signUp('ada');
    await signUp('bob');
    id = await submit('ada');
    await untilFailed(id);
  });

  test.each(['GET', 'GET /log', 'GET /events', 'POST /cancel', 'POST /rebuild', 'DELETE'])(
    'is not there: %s',
    async (route) => {
      const [method, path = ''] = route.split(' ');
      const answer = await call(`${method} /builds/${id}${path}`, {
        as: 'bob',
        headers: { accept: path === '/events' ? 'text/event-stream' : 'application/json' },
      });
      expect(answer.status).toBe(404);
      expect(await codeOf(answer)).toBe('BUILD_NOT_FOUND');
    },
  );

  test('is in no list of others, and can be polled by all through the frozen API', async () => {
    expect(await (await call('GET /builds', { as: 'bob' })).json()).toEqual({ items: [], next: null });
    expect(await codeOf(await call('GET /builds?owner=all', { as: 'bob' }))).toBe('AUTH_FORBIDDEN');
    const polled = await service.fetch(`/build/${id}`, { as: basic('bob', password) });
    expect(polled.status).toBe(200);
    expect(await polled.json()).toMatchObject({ status: 'FAILED' });
  });

  test('is its owner’s and the administrators’', async () => {
    for (const as of [{ as: 'ada' }, {}]) {
      expect((await call(`GET /builds/${id}`, as)).status).toBe(200);
      expect((await call(`GET /builds/${id}/log`, as)).status).toBe(200);
    }
  });

  test('stays for administrators when the owner is deleted', async () => {
    const { items } = (await (await call('GET /users')).json()) as { items: { id: string; name: string }[] };
    const ada = items.find(({ name }) => name === 'ada');
    expect((await call(`DELETE /users/${ada?.id}`)).status).toBe(204);
    expect((await call('GET /account', { as: 'ada' })).status).toBe(401);
    expect(await (await call(`GET /builds/${id}`)).json()).toMatchObject({ owners: [], state: 'failed' });
    const all = (await (await call('GET /builds?owner=all')).json()) as { items: { id: string }[] };
    expect(all.items.map((build) => build.id)).toContain(id);
  });
});

describe('what is forged', () => {
  const paths = ['/build/x', '/image_creation/api/v1/account', '/images/download/x.sif', '/login'];

  test.each([
    ['authorization', 'Basic \u00ff\u00fe'],
    ['authorization', 'Basic !!!!'],
    ['authorization', 'Basic YWRtaW4='],
    ['authorization', basic('admin\0', password)],
    ['authorization', basic('admin', '\0')],
    ['authorization', basic("' or 1=1 --", 'x')],
    ['authorization', basic('nobody', 'x'.repeat(9000))],
    ['authorization', 'Bearer cic_'],
    ['authorization', `Bearer ${'x'.repeat(12_000)}`],
    ['authorization', 'Bearer null'],
    ['authorization', 'Negotiate abc'],
    ['cookie', 'cic_session=%00'],
    ['cookie', `cic_session=${'x'.repeat(12_000)}`],
    ['cookie', 'cic_session=\u00ff\u00fe; cic_session=x'],
  ])('%s %.40s is answered with 401 and a problem', async (name, value) => {
    for (const path of paths) {
      const { status, type } = await sendRaw(path, { [name]: value });
      expect(status).toBe(401);
      expect(type).toContain('application/problem+json');
    }
  });

  test('headers that are too large are refused, and the service goes on', async () => {
    const { status, type } = await sendRaw('/login', { authorization: `Bearer ${'x'.repeat(40_000)}` });
    expect(status).toBe(431);
    expect(type).toContain('application/problem+json');
    expect((await call('GET /health', { as: '' })).status).toBe(200);
  });
});

test('guesses are slowed by address, and a client that polls is not', async () => {
  await signUp('carol');
  const poll = () => service.fetch('/build/x', { as: basic('carol', password) });
  expect((await poll()).status).toBe(404);
  const guess = (address: string) => {
    const headers = { 'x-forwarded-for': address };
    return call('POST /session', { as: '', headers, body: { name: 'carol', password: 'wrong wrong wrong' } });
  };
  for (let slip = 0; slip < 5; slip += 1) expect((await guess('203.0.113.7')).status).toBe(401);
  const slowed = await guess('203.0.113.7');
  expect(slowed.status).toBe(429);
  expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await guess('203.0.113.8')).status).toBe(401);
  expect((await poll()).status).toBe(404);
});

test('a login at the OIDC provider of the configuration works through its own authority', async () => {
  const seen = { 'x-forwarded-host': 'cic.test' };
  const begun = await service.fetch(`${service.api}/session/oidc`, {
    as: '',
    headers: seen,
    redirect: 'manual',
  });
  expect(begun.status).toBe(302);
  const back = new URL(await oidc.logIn(begun.headers.get('location') ?? '', 'heidi'));
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { ...seen, cookie };
  const done = await service.fetch(back.pathname + back.search, { as: '', headers, redirect: 'manual' });
  expect(done.headers.get('location')).toBe('/image_creation/');
  const session = done.headers.getSetCookie().find((line) => line.startsWith('cic_session='));
  const account = await call('GET /account', { as: '', headers: { cookie: session?.split(';')[0] ?? '' } });
  expect(await account.json()).toMatchObject({ user: { name: 'heidi' }, has_password: false });
  expect(service.output()).not.toContain(clientSecret);
});

test('accounts and logins outlive a restart', async () => {
  await signUp('dave');
  const login = await call('POST /session', { as: '', body: { name: 'dave', password } });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  await service.end('SIGTERM');
  service = await service.restart();
  expect((await call('GET /account', { as: '', headers: { cookie } })).status).toBe(200);
  expect((await call('GET /account', { as: 'dave' })).status).toBe(200);
});

/** `fetch` takes no bytes beyond ASCII in headers. */
function sendRaw(path: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number; type: string }>((resolve, reject) => {
    const sent = requestPlain(`${service.origin}${path}`, { headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '' });
    });
    sent.on('error', reject).end();
  });
}
