import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadFile } from './download.ts';

const content = randomBytes(3_000_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const name = 'w_s_none_nompi_nogpu_v_latest.sif';
const part = `.${name}.${sha256.slice(0, 12)}.part`;

let directory: string;
const closings: (() => void)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cic-download-'));
});

afterEach(async () => {
  for (const close of closings.splice(0)) close();
  await rm(directory, { recursive: true, force: true });
});

type Answer = (request: IncomingMessage, response: ServerResponse, start: number) => void;

/** A service with one file: as it should be, or as `answer` has it. */
async function startFake(answer: Answer = sendRest) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    response.setHeader('etag', `"${sha256}"`);
    if (request.method === 'HEAD') {
      response.setHeader('content-length', content.length).end();
      return;
    }
    ranges.push(request.headers.range);
    expect(request.headers['if-range']).toBe(`"${sha256}"`);
    answer(request, response, Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}

const sendRest: Answer = (_request, response, start) => {
  response.writeHead(206, { 'content-length': content.length - start }).end(content.subarray(start));
};

function download(url: string, filename = name) {
  const signal = new AbortController().signal;
  return downloadFile({ url }, filename, { directory, signal, onProgress: () => undefined });
}

test('a file arrives under its name, and nothing else is left', async () => {
  const { url } = await startFake();
  expect(await download(url)).toEqual({ path: join(directory, name), sha256, sizeBytes: content.length });
  expect((await readFile(join(directory, name))).equals(content)).toBe(true);
  expect(await readdir(directory)).toEqual([name]);
});

test('what an earlier download left is gone on from', async () => {
  await writeFile(join(directory, part), content.subarray(0, 1_000_000));
  const { url, ranges } = await startFake();
  await download(url);
  expect(ranges).toEqual(['bytes=1000000-']);
  expect((await readFile(join(directory, name))).equals(content)).toBe(true);
});

test('a connection that breaks is made anew for the rest', async () => {
  let count = 0;
  const { url, ranges } = await startFake((request, response, start) => {
    count += 1;
    if (count > 1) return sendRest(request, response, start);
    response.writeHead(206, { 'content-length': content.length - start });
    response.write(content.subarray(start, start + 500_000), () => setTimeout(() => response.destroy(), 50));
  });
  await download(url);
  expect(ranges).toHaveLength(2);
  expect(Number(/\d+/.exec(ranges[1] ?? '')?.[0])).toBeGreaterThan(0);
  expect((await readFile(join(directory, name))).equals(content)).toBe(true);
});

test('a server without ranges sends the whole again', async () => {
  await writeFile(join(directory, part), content.subarray(0, 10));
  const { url } = await startFake((_request, response) => response.writeHead(200).end(content));
  await download(url);
  expect((await readFile(join(directory, name))).equals(content)).toBe(true);
});

test('a file with a wrong checksum gets no name, and is not gone on from', async () => {
  await writeFile(join(directory, part), Buffer.alloc(1_000_000));
  const { url } = await startFake();
  await expect(download(url)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(await readdir(directory)).toEqual([]);
});

test('a file that is there already is not fetched', async () => {
  await writeFile(join(directory, name), content);
  const { url, ranges } = await startFake();
  await download(url);
  expect(ranges).toEqual([]);
});

test('a name is never a path', async () => {
  const { url } = await startFake();
  for (const filename of ['../x.sif', 'a/b.sif', '.hidden.sif', '']) {
    await expect(download(url, filename)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  }
});
