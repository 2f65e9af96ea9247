import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sendProblem } from '../problem.ts';
import { sendFile } from './send-file.ts';

const content = Buffer.from(Array.from({ length: 3_000_000 }, (_item, index) => index % 251));
const sha256 = createHash('sha256').update(content).digest('hex');
const etag = `"${sha256}"`;

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-send-'));
  await writeFile(join(folder, 'image.sif'), content);
  await writeFile(join(folder, 'empty'), '');
  app = Fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.get<{ Params: { name: string } }>('/:name', (request, reply) => {
    const path = join(folder, request.params.name);
    const findSha256 = ({ size }: { size: number }) => (size === content.length ? sha256 : undefined);
    const file = { path, contentType: 'application/octet-stream', filename: request.params.name, findSha256 };
    return sendFile(file, request, reply);
  });
});

afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const get = (headers: Record<string, string> = {}, url = '/image.sif') =>
  app.inject({ method: 'GET', url, headers });

describe('a file', () => {
  test('is sent whole, with all that a client needs to resume and to check it', async () => {
    const { statusCode, headers, rawPayload } = await get();
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-length': String(content.length),
      'accept-ranges': 'bytes',
      'content-disposition': 'attachment; filename="image.sif"',
      'content-type': 'application/octet-stream',
      etag,
    });
    expect(rawPayload.equals(content)).toBe(true);
  });

  test.each([
    ['bytes=0-', 0, 2_999_999],
    ['bytes=2999990-', 2_999_990, 2_999_999],
    ['bytes=-1', 2_999_999, 2_999_999],
    ['bytes=1048575-1048577', 1_048_575, 1_048_577],
  ])('is sent in part: %s', async (range, start, end) => {
    const { statusCode, headers, rawPayload } = await get({ range });
    expect(statusCode).toBe(206);
    expect(headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/${content.length}`,
      'content-length': String(end - start + 1),
      etag,
    });
    expect(rawPayload.equals(content.subarray(start, end + 1))).toBe(true);
  });

  test('has no part behind its end, and its size is told', async () => {
    const { statusCode, headers, json } = await get({ range: `bytes=${content.length}-` });
    expect(statusCode).toBe(416);
    expect(headers['content-range']).toBe(`bytes */${content.length}`);
    expect(json()).toMatchObject({ code: 'API_RANGE', status: 416 });
  });

  test.each([
    ['the same file', etag, 206],
    ['another file', '"another"', 200],
    ['a weak tag', `W/${etag}`, 200],
    ['a date', new Date().toUTCString(), 200],
  ])('goes on only where the client has %s', async (_what, ifRange, status) => {
    expect((await get({ range: 'bytes=5-', 'if-range': ifRange })).statusCode).toBe(status);
  });

  test.each([
    ['the same', etag, 304],
    ['the same among others', `"x", W/${etag}`, 304],
    ['any', '*', 304],
    ['another', '"x"', 200],
  ])('is not sent again to a client that has %s', async (_what, ifNoneMatch, status) => {
    const reply = await get({ 'if-none-match': ifNoneMatch });
    expect(reply.statusCode).toBe(status);
    if (status === 304) expect(reply.rawPayload).toHaveLength(0);
  });

  test.each([undefined, 'bytes=10-19'])('answers HEAD with the headers alone (%s)', async (range) => {
    const headers = range === undefined ? {} : { range };
    const reply = await app.inject({ method: 'HEAD', url: '/image.sif', headers });
    expect(reply.headers['content-length']).toBe(range === undefined ? String(content.length) : '10');
    expect(reply.headers.etag).toBe(etag);
    expect(reply.rawPayload).toHaveLength(0);
  });

  test('that is empty is sent', async () => {
    const reply = await get({}, '/empty');
    expect(reply).toMatchObject({ statusCode: 200, payload: '' });
    expect(reply.headers['content-length']).toBe('0');
  });

  test('that is missing is not found, without its headers', async () => {
    const reply = await get({}, '/missing');
    expect(reply.json()).toMatchObject({ status: 404, code: 'IMAGE_NOT_FOUND' });
    expect(reply.headers['content-disposition']).toBeUndefined();
  });

  test('whose digest is of another file has no tag', async () => {
    await writeFile(join(folder, 'image.sif'), 'new');
    const reply = await get({ 'if-none-match': etag });
    expect(reply).toMatchObject({ statusCode: 200, payload: 'new' });
    expect(reply.headers.etag).toBeUndefined();
  });

  test('that is replaced while it is read is read to its end as it was', async () => {
    const address = await app.listen({ port: 0 });
    const reply = await fetch(`${address}/image.sif`);
    const reader = reply.body?.getReader();
    const chunks = [(await reader?.read())?.value ?? new Uint8Array()];
    await writeFile(join(folder, 'new'), 'new');
    await rename(join(folder, 'new'), join(folder, 'image.sif'));
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) break;
      chunks.push(value);
    }
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  test('is closed again, whether it was read, asked about or broken off', async () => {
    const address = await app.listen({ port: 0 });
    await get();
    await get({ range: 'bytes=9999999-' });
    await get({ 'if-none-match': etag });
    await app.inject({ method: 'HEAD', url: '/image.sif' });
    const cut = new AbortController();
    const reply = await fetch(`${address}/image.sif`, { signal: cut.signal });
    await reply.body?.getReader().read();
    cut.abort();
    await expect.poll(countOpen).toBe(0);
  });
});

/** How often this process has the file open. */
async function countOpen(): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')),
  );
  return links.filter((path) => path.startsWith(folder)).length;
}
