import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminPassword, basic, startService, type TestService } from './service.ts';
import { toRequest } from './service-builds.ts';

let service: TestService;
/** A build of the administrator; there is no such step, so that it fails. */
let buildId: string;

const base = '/image_creation';

beforeAll(async () => {
  service = await startService({ config: { service: { concurrency: 1 } } });
  const body = JSON.stringify(toRequest('no_workflow/no_step'));
  buildId = ((await (await service.fetch('/build', { method: 'POST', body })).json()) as { id: string }).id;
});

afterAll(() => service?.remove());

/** A request as bytes, for what no client library would send. */
type Raw = {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
};

type Answer = { readonly status: number; readonly head: string; readonly body: string };

const auth = `Authorization: ${basic('admin', adminPassword)}`;

async function send({ method = 'GET', path, headers = [auth], body = '' }: Raw): Promise<Answer> {
  const bytes = Buffer.from(body);
  const length = bytes.length === 0 && method === 'GET' ? [] : [`Content-Length: ${bytes.length}`];
  const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...length, ...headers];
  return sendBytes(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]));
}

async function sendBytes(bytes: Buffer): Promise<Answer> {
  const socket = connect(Number(new URL(service.origin).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A service that refuses a large body need not read all of it.
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  await Promise.race([closed, sleep(3_000)]);
  socket.destroy();
  const text = Buffer.concat(chunks).toString('utf8');
  const at = text.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  return { status, head: text.slice(0, at), body: text.slice(at + 4) };
}

function expectProblem({ status, head, body }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  expect(JSON.parse(body)).toMatchObject({
    status,
    code: expect.any(String),
    detail: expect.any(String),
    request_id: expect.any(String),
  });
}

describe('paths', () => {
  const climbs = [
    '../../../../etc/passwd',
    '..%2f..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '%2e%2e%2f%2e%2e%2fid',
    '..%5c..%5cid',
    '%252e%252e%252fid',
    '..%c0%af..%c0%afid',
    '%00',
    'x%00.sif',
    'x.sif%00.sha256',
    '.sha256',
    '%zz',
    '%',
    '%ff%fe',
    '%0d%0aX-Evil:%20yes',
    'x'.repeat(400),
    "'%20or%201=1--",
    '%F0%9F%92%A9',
  ];
  const folders = [
    '/images/download',
    `${base}/images/download`,
    '/build',
    `${base}/build`,
    `${base}/api/v1/builds`,
    `${base}/api/v1`,
    base,
    '',
  ];
  test.each(folders)('that climb out of %s/ or cannot be read lead nowhere', async (folder) => {
    for (const climb of climbs) {
      const answer = await send({ path: `${folder}/${climb}` });
      expectProblem(answer);
      expect(answer.body).not.toContain('root:');
      expect(answer.head).not.toMatch(/^x-evil/im);
    }
  });

  test('with a query that is not allowed say what is', async () => {
    for (const query of [
      'limit=0',
      'limit=1e9',
      'limit=abc',
      'limit=1&limit=2',
      'cursor=x',
      `cursor=${Buffer.from('999999999999999 ------------------------------------').toString('base64url')}`,
      `cursor=${Buffer.from(`999999999999999 ${randomUUID()}`).toString('base64url')}`,
      'state=unknown',
      'state=',
      'owner=everybody',
      'search=',
      'search=%00',
      `search=${'x'.repeat(500)}`,
      'workflow=%00',
    ])
      expectProblem(await send({ path: `${base}/api/v1/builds?${query}` }));
    expectProblem(await send({ path: `${base}/api/v1/builds/${buildId}/events?after=-1` }));
    expectProblem(await send({ path: `${base}/api/v1/builds/${buildId}/events?after=1.5` }));
  });
});

describe('bodies', () => {
  const json = 'Content-Type: application/json';
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const bodies: readonly (readonly [string, string | Buffer])[] = [
    ['nothing', ''],
    ['a word', 'build'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['half of it', '{"machine": {'],
    ['Python', "{'machine': None}"],
    ['a key of prototypes', '{"__proto__": {"x": 1}}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['zeros', Buffer.alloc(100)],
    ['depth', deep],
    ['depth in objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['depth at a known key', `{"machine": ${deep}}`],
    ['large numbers', `{"machine": ${'9'.repeat(10_000)}}`],
    [
      'wrong types',
      '{"machine": {"platform": 1, "architecture": {}, "container_engine": []}, "workflow": 7}',
    ],
    ['a zero in a name', JSON.stringify({ ...toRequest('w/s'), workflow: 'a\0b' })],
    ['a path for a name', JSON.stringify({ ...toRequest('w/s'), workflow: '../../etc' })],
    [
      'an option for a version',
      JSON.stringify({ ...toRequest('w/s'), version: '--upload-pack=touch /tmp/x' }),
    ],
    ['half a character', '{"workflow": "\\ud800", "step_id": "s", "machine": {}}'],
    ['a zero in a version', JSON.stringify({ ...toRequest('w/s'), version: 'a\0b' })],
  ];
  for (const path of ['/build', `${base}/build/`, `${base}/api/v1/builds`]) {
    test.each(bodies)(`of %s are refused by ${path}`, async (_what, body) => {
      expectProblem(await send({ method: 'POST', path, headers: [auth, json], body }));
    });

    test(`of many megabytes are refused by ${path}`, async () => {
      const body = Buffer.alloc(8 * 2 ** 20, 0x20);
      const answer = await send({ method: 'POST', path, headers: [auth, json], body });
      // The service may close the connection while the client still writes.
      if (answer.head !== '') expectProblem(answer);
      const length = await sendBytes(
        Buffer.from(
          `POST ${path} HTTP/1.1\r\nHost: x\r\n${auth}\r\n${json}\r\nContent-Length: 99999999999\r\n\r\n`,
        ),
      );
      expectProblem(length);
      expect(length.status).toBe(413);
    });
  }

  test('a request that a path names a folder of the service with means nothing', async () => {
    const body = JSON.stringify({ ...toRequest('no_workflow/no_step'), path: '/etc' });
    const { status, body: text } = await send({ method: 'POST', path: '/build', headers: [auth], body });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ id: expect.any(String) });
  });

  test('of other media types are refused where JSON is wanted', async () => {
    for (const type of [
      'text/xml',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-7',
      'x',
      ';',
    ])
      expectProblem(
        await send({
          method: 'POST',
          path: `${base}/api/v1/builds`,
          headers: [auth, `Content-Type: ${type}`],
          body: 'x',
        }),
      );
  });
});

describe('credentials', () => {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
  const forged = [
    [],
    ['Authorization:'],
    ['Authorization: Basic'],
    ['Authorization: Basic %%%'],
    ['Authorization: Basic Og=='],
    [`Authorization: ${basic('admin', 'wrong')}`],
    [`Authorization: ${basic("admin' or '1'='1", 'x')}`],
    [`Authorization: ${basic('ad\0min', adminPassword)}`],
    [`Authorization: ${basic('admin', 'x'.repeat(5_000))}`],
    [`Authorization: ${basic(`cic_${random}`, '')}`],
    [`Authorization: Bearer cic_${random}`],
    ['Authorization: Bearer \u00ff\u00fe'],
    ['Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.'],
    ['Authorization: Digest username="admin"'],
    [`Cookie: cic_session=${random}`],
    ['Cookie: cic_session=admin; cic_session=%00'],
    [`Cookie: cic_session=${'x'.repeat(3_000)}`],
    ['X-Forwarded-User: admin'],
  ];
  const routes = [
    { path: '/build/x' },
    { path: '/login' },
    { path: '/images/download/x.sif' },
    { path: `${base}/api/v1/builds` },
    { path: `${base}/api/v1/builds/${randomUUID()}/events` },
    { path: `${base}/api/v1/builds/${randomUUID()}/log` },
    { method: 'POST', path: '/build', body: '{}' },
    { method: 'DELETE', path: `${base}/api/v1/builds/${randomUUID()}` },
  ];
  test.each(forged.map((headers) => [headers.join().slice(0, 60), headers] as const))(
    'forged ones open nothing: %s',
    async (_name, headers) => {
      for (const route of routes) {
        const answer = await send({ ...route, headers });
        expectProblem(answer);
        expect([401, 403, 429]).toContain(answer.status);
      }
    },
  );
});

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST', 'PROPFIND', 'TRACE'])(
    '%s does nothing where it is not meant',
    async (method) => {
      for (const path of ['/', '/login', '/images/download/x', `/build/${buildId}`, `${base}/api/v1/health`])
        expectProblem(await send({ method, path }));
    },
  );

  test.each(['BREW', 'get', 'CONNECT'])('%s is none', async (method) => {
    const answer = await send({ method, path: '/' });
    expect(answer.status === 400 || Number.isNaN(answer.status)).toBe(true);
  });
});

describe('headers', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a line feed in a name', 'GET / HTTP/1.1\r\nHost: x\r\nX\nY: z\r\n\r\n'],
    ['two lengths', 'POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a wrong version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['too many of them', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('with %s are refused', async (_what, text) => {
    expectProblem(await sendBytes(Buffer.from(text, 'latin1')));
  });

  test.each([
    ['Range', 'bytes=0-99999999999999999999'],
    ['Range', `bytes=${'0-1,'.repeat(2_000)}0-1`],
    ['If-None-Match', '"'.repeat(5_000)],
    ['Last-Event-ID', '-5'],
    ['Last-Event-ID', '9'.repeat(400)],
    ['Accept', 'x'.repeat(5_000)],
    ['Cookie', '=;=;;;%zz=%zz'],
    ['X-Forwarded-For', "1.2.3.4', '5"],
    ['Host', 'evil.example'],
    ['Sec-Fetch-Site', 'cross-site'],
  ])('%s: %.40s never makes the service fail', async (name, value) => {
    for (const path of [
      '/images/download/x.sif',
      `/build/${buildId}`,
      `${base}/api/v1/builds/${buildId}/log`,
    ]) {
      const { status } = await send({ path, headers: [auth, `${name}: ${value.slice(0, 8_000)}`] });
      expect(status).toBeLessThan(500);
    }
  });
});

test('what another user has is not told from what nobody has', async () => {
  const ids = [randomUUID(), `${buildId}x`, '00000000-0000-0000-0000-000000000000'];
  for (const id of ids) {
    for (const suffix of ['', '/events', '/log'])
      expectProblem(await send({ path: `${base}/api/v1/builds/${id}${suffix}` }));
    for (const action of ['cancel', 'rebuild'])
      expectProblem(await send({ method: 'POST', path: `${base}/api/v1/builds/${id}/${action}` }));
    expectProblem(await send({ method: 'DELETE', path: `${base}/api/v1/builds/${id}` }));
  }
});

test('after all of it the service answers as before', async () => {
  expect((await service.fetch(`${service.api}/health`)).status).toBe(200);
  expect((await service.fetch(`/build/${buildId}`)).status).toBe(200);
  expect(service.output()).not.toContain('request failed');
});
