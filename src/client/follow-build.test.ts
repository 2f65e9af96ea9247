import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createServiceClient } from './client.ts';
import { followBuild } from './follow-build.ts';

const id = '00000000-0000-4000-8000-000000000001';
const closings: (() => void)[] = [];

afterEach(() => {
  for (const close of closings.splice(0)) close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A service that answers each request for events by the next handler, and says that the build has this state. */
async function startFake(handlers: readonly Handler[], state = 'running') {
  const asked: (string | undefined)[] = [];
  const left = [...handlers];
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('/events')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id, state }));
      return;
    }
    asked.push(request.headers['last-event-id'] as string | undefined);
    const handler = left.shift();
    if (handler === undefined) response.destroy();
    else handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { client: createServiceClient({ url: `http://127.0.0.1:${port}` }), asked };
}

function message(seq: number, event: object): string {
  return `id: ${seq}\nevent: x\ndata: ${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', event })}\n\n`;
}

const log = (seq: number) => message(seq, { kind: 'log', line: `line ${seq}` });
const ended = (seq: number) => message(seq, { kind: 'ended', state: 'succeeded' });

function send(...parts: string[]): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
  };
}

const thenBreak =
  (handler: Handler): Handler =>
  (request, response) => {
    handler(request, response);
    setTimeout(() => response.destroy(), 50);
  };

async function follow(client: Parameters<typeof followBuild>[0]) {
  const seen: number[] = [];
  let lost = 0;
  const options = {
    signal: new AbortController().signal,
    onLost: () => (lost += 1),
    sleep: async () => undefined,
  };
  for await (const { seq } of followBuild(client, id, options)) seen.push(seq);
  return { seen, lost };
}

test('a lost connection is made anew after the last entry', async () => {
  const { client, asked } = await startFake([
    thenBreak(send(log(1), log(2))),
    thenBreak(send(log(3), 'id: 4\ndata: {"half')),
    send(log(4), ended(5)),
  ]);
  expect(await follow(client)).toEqual({ seen: [1, 2, 3, 4, 5], lost: 2 });
  expect(asked).toEqual(['0', '2', '3']);
});

test('a service that starts again is waited for', async () => {
  const unavailable: Handler = (_request, response) => response.writeHead(503).end('starting');
  const { client } = await startFake([thenBreak(send(log(1))), unavailable, unavailable, send(ended(2))]);
  expect(await follow(client)).toEqual({ seen: [1, 2], lost: 3 });
});

test('a stream that ends without a last word is over when the build is', async () => {
  const close: Handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
  };
  const { client } = await startFake([close], 'cancelled');
  expect(await follow(client)).toEqual({ seen: [], lost: 0 });
});

test('a service that cannot be reached at all is told at once', async () => {
  const { client } = await startFake([]);
  await expect(follow(client)).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
});

test('what the service says against it is told, also when a connection was there before', async () => {
  const gone: Handler = (_request, response) => {
    const problem = { code: 'BUILD_NOT_FOUND', detail: 'you have no build', hint: 'list them' };
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  };
  const { client } = await startFake([thenBreak(send(log(1))), gone]);
  await expect(follow(client)).rejects.toMatchObject({ code: 'BUILD_NOT_FOUND', hint: 'list them' });
});

test('an aborted signal ends it without an error', async () => {
  const { client } = await startFake([send(log(1))]);
  const controller = new AbortController();
  const seen: number[] = [];
  for await (const { seq } of followBuild(client, id, { signal: controller.signal })) {
    seen.push(seq);
    controller.abort();
  }
  expect(seen).toEqual([1]);
});
