import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, type TestApi } from './api.fixture.ts';

let api: TestApi;

beforeAll(async () => {
  api = await createTestApi();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
});

afterAll(() => api.app.close());

async function send(text: string): Promise<{ head: string; problem: Record<string, unknown> }> {
  const { port } = api.app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head, problem: JSON.parse(body) };
}

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400, 'API_MALFORMED'],
  ['a header with a line break', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n', 400, 'API_MALFORMED'],
  [
    'two lengths',
    'POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    400,
    'API_MALFORMED',
  ],
  [
    'giant headers',
    `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(40_000)}\r\n\r\n`,
    431,
    'API_TOO_LARGE',
  ],
])('%s is answered with a problem', async (_name, text, status, code) => {
  const { head, problem } = await send(text);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('Content-Type: application/problem+json');
  expect(problem).toMatchObject({ status, code, request_id: expect.any(String) });
});
