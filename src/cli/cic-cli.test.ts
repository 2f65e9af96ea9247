import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCicCli } from './cic-cli.ts';

let directory: string;
const closings: (() => void)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cic-cli-'));
});

afterEach(async () => {
  for (const close of closings.splice(0)) close();
  await rm(directory, { recursive: true, force: true });
});

const user = 'ada';
const password = '-k';
const file = Buffer.from('a SIF');
const sha256 = createHash('sha256').update(file).digest('hex');

/** A service under a base path: polls of `known` succeed. */
async function startFake(basePath: string) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    expect(request.headers.authorization).toBe(expected);
    const send = (status: number, text: string) => response.writeHead(status).end(text);
    const path = request.url ?? '';
    if (path === `${basePath}/build`) {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      return send(200, '{"id":"known"}');
    }
    if (path === `${basePath}/build/known`) return send(200, '{"status":"FINISHED"}');
    if (path === `${basePath}/build/other`)
      return send(404, '{"code":"BUILD_NOT_FOUND","detail":"there is none"}');
    if (path === `${basePath}/images/download/x.sif`) {
      response.writeHead(200, { etag: `"${sha256}"`, 'content-length': file.length });
      return request.method === 'HEAD' ? response.end() : response.end(file);
    }
    return send(404, '{"code":"API_NOT_FOUND","detail":"there is nothing"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function run(...argv: string[]) {
  let [stdout, stderr] = ['', ''];
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
    cwd: () => directory,
  };
  const exitCode = await runCicCli(argv, io, new AbortController().signal);
  return { exitCode, stdout, stderr };
}

for (const basePath of ['/image_creation', '']) {
  test(`build and status answer as ever, under "${basePath}/"`, async () => {
    const { url, bodies } = await startFake(basePath);
    const request = join(directory, 'request.json');
    await writeFile(request, '{"force": False}\n');
    expect(await run(user, password, url, 'build', request)).toEqual({
      exitCode: 0,
      stdout: 'Response:\n{"id":"known"}\n',
      stderr: '',
    });
    expect(bodies).toEqual(['{"force": False}\n']);
    expect((await run(user, password, url, 'status', 'known')).stdout).toBe(
      'Response:\n{"status":"FINISHED"}\n',
    );
  });

  test(`download writes the file into the current folder, from "${basePath}/"`, async () => {
    const { url } = await startFake(basePath);
    const { exitCode, stdout, stderr } = await run(user, password, `${url}/`, 'download', 'x.sif');
    expect([exitCode, stdout]).toEqual([0, 'Response:\n']);
    expect(stderr).toMatch(/^x\.sif {2}100 %/);
    expect((await readFile(join(directory, 'x.sif'))).equals(file)).toBe(true);
  });
}

test('an address with the base path is taken as it is', async () => {
  const { url } = await startFake('/image_creation');
  const { stdout } = await run(user, password, `${url}/image_creation`, 'status', 'known');
  expect(stdout).toBe('Response:\n{"status":"FINISHED"}\n');
});

test('what the service says against it is printed as JSON too', async () => {
  const { url } = await startFake('/image_creation');
  const { exitCode, stdout } = await run(user, password, url, 'status', 'other');
  expect([exitCode, stdout]).toEqual([1, 'Response:\n{"code":"BUILD_NOT_FOUND","detail":"there is none"}\n']);
});

test('a service that is not there is told on standard error', async () => {
  const { exitCode, stdout, stderr } = await run(user, password, 'http://127.0.0.1:1', 'status', 'known');
  expect([exitCode, stdout]).toEqual([3, 'Response:\n']);
  expect(stderr).toContain('cannot be reached');
});

test('other words are answered by the usage', async () => {
  const calls = [
    [],
    [user, password, 'http://x', 'status'],
    [user, password, 'http://x', 'remove', 'id'],
    [user, password, 'http://x', 'status', 'id', 'more'],
  ];
  for (const argv of calls) {
    expect(await run(...argv)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('usage: cic_cli'),
    });
  }
});

test('-k may stand first or last', async () => {
  const { url } = await startFake('');
  expect((await run('-k', user, password, url, 'status', 'known')).exitCode).toBe(0);
  expect((await run(user, password, url, 'status', 'known', '-k')).exitCode).toBe(0);
});
