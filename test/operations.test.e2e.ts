import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminPassword, basic, startService, type TestService } from './service.ts';
import { hasEnded, submit, waitFor } from './service-builds.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService({ config: { service: { retention: { logs: { days: 30 } } } } });
}, 120_000);

afterAll(() => service?.remove());

type LogLine = Readonly<Record<string, unknown>>;

function logLines(): LogLine[] {
  const lines = service.output().split('\n');
  return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

test('every request has a line in the log, and no secret is in it', async () => {
  await service.fetch('/image_creation/api/v1/builds?search=hidden-query&limit=1');
  await service.fetch('/image_creation/api/v1/builds', { as: basic('admin', 'wrong-password-of-a-test') });
  const answer = await service.fetch('/build/', { method: 'POST', body: '{"machine": "hidden-body"}' });
  await expect.poll(() => logLines().filter(({ route }) => route === '/build').length).toBe(1);
  const requests = logLines().filter(({ msg }) => msg === 'request');
  expect(requests).toContainEqual(
    expect.objectContaining({
      level: 'info',
      method: 'GET',
      route: '/api/v1/builds',
      status: 200,
      ms: expect.any(Number),
      request: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user: expect.stringMatching(/^[0-9a-f-]{36}$/),
    }),
  );
  expect(requests).toContainEqual(expect.objectContaining({ route: '/api/v1/builds', status: 401 }));
  const request = answer.headers.get('x-request-id');
  expect(requests).toContainEqual(expect.objectContaining({ route: '/build', status: 400, request }));
  expect(service.output()).not.toMatch(/hidden-|wrong-password|Basic /);
  expect(service.output()).not.toContain(adminPassword);
});

test('metrics tell of requests, builds, the queue, the database and the worker', async () => {
  const read = async () => (await service.fetch('/image_creation/metrics', { as: '' })).text();
  await expect.poll(read).toContain('cic_worker_process_resident_memory_bytes');
  const metrics = await read();
  expect(metrics).toMatch(/^cic_worker_up 1$/m);
  expect(metrics).toMatch(/^cic_database_up 1$/m);
  expect(metrics).toMatch(/^cic_builds\{state="queued"\} 0$/m);
  expect(metrics).toMatch(/^cic_queue_oldest_seconds 0$/m);
  expect(metrics).toMatch(/^cic_database_connections\{state="idle"\} \d+$/m);
  expect(metrics).toMatch(
    /^cic_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/builds",status="200"\} 1$/m,
  );
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
  const types = metrics.split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(new Set(types).size).toBe(types.length);
});

test('metrics are for administrators and this machine', async () => {
  const viaProxy = { 'x-forwarded-for': '192.0.2.7' };
  const path = '/image_creation/metrics';
  expect((await service.fetch(path, { as: '', headers: viaProxy })).status).toBe(401);
  expect((await service.fetch(path, { headers: viaProxy })).status).toBe(200);
  const { token } = (await (await service.fetch('/login')).json()) as { token: string };
  const asToken = await service.fetch(path, { headers: viaProxy, as: `Bearer ${token}` });
  expect(asToken.status).toBe(403);
});

test('SIGTERM lets a request in progress end, refuses new ones, and ends with 0', async () => {
  const { hostname, port } = new URL(service.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  const body = JSON.stringify({ machine: 'none' });
  const head = ['POST /build/ HTTP/1.1', 'Host: cic', `Authorization: ${basic('admin', adminPassword)}`];
  socket.write(
    [...head, 'Content-Type: application/json', `Content-Length: ${body.length}`, '', ''].join('\r\n'),
  );
  socket.write(body.slice(0, 5));
  await sleep(200);
  const ended = service.end('SIGTERM');
  await waitUntilRefused();
  socket.write(body.slice(5));
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toMatch(/^connection: close/im);
  expect(await ended).toBe(0);
  service = await service.restart();
});

test('SIGTERM lets a download in progress end; a second one does not', { timeout: 300_000 }, async () => {
  const id = await submit(service, 'minimal_workflow/wordcount');
  const { sif } = await waitFor(service, id, { is: hasEnded });
  const path = `/images/download/${sif?.filename}`;
  const slow = await startDownload(path);
  const ended = service.end('SIGTERM');
  await waitUntilRefused();
  expect((await readToEnd(slow)) - slow.headBytes).toBe(sif?.size_bytes);
  expect(await ended).toBe(0);
  service = await service.restart();

  const cut = await startDownload(path);
  const ends = [service.end('SIGTERM')];
  await waitUntilRefused();
  ends.push(service.end('SIGTERM'));
  expect(await Promise.all(ends)).toEqual([143, 143]);
  expect((await readToEnd(cut)) - cut.headBytes).toBeLessThan(sif?.size_bytes ?? 0);
  service = await service.restart();
});

async function waitUntilRefused(): Promise<void> {
  await expect
    .poll(() => service.fetch('/image_creation/api/v1/health').catch(() => 'refused'))
    .toBe('refused');
}

type Download = { readonly socket: Socket; readonly headBytes: number; readonly readBytes: number };

/** Reads the first bytes of an answer, and no more: the rest waits in the service. */
async function startDownload(path: string): Promise<Download> {
  const { hostname, port } = new URL(service.origin);
  const socket = connect(Number(port), hostname);
  const authorization = basic('admin', adminPassword);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: cic\r\nAuthorization: ${authorization}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.pause();
  return { socket, headBytes: chunk.indexOf('\r\n\r\n') + 4, readBytes: chunk.length };
}

/** @returns How many bytes came in all, with the head. */
async function readToEnd({ socket, readBytes }: Download): Promise<number> {
  let bytes = readBytes;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'close');
  return bytes;
}
