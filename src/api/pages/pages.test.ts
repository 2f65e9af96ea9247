import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { createDescribedApi } from '../described-api.fixture.ts';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const script = 'console.log("a script that is long enough")';

async function startWithPages(basePath = '/image_creation'): Promise<FastifyInstance> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-pages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'assets'));
  await mkdir(join(folder, 'static'));
  const document =
    '<!doctype html><head><base href="/" /><script src="./assets/app-1a2b.js"></script></head>';
  await writeFile(join(folder, 'index.html'), document);
  await writeFile(join(folder, 'assets/app-1a2b.js'), script);
  await writeFile(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(script));
  await writeFile(join(folder, 'static/color-scheme.js'), script);
  return start(basePath, folder);
}

async function start(basePath: string, pagesDirectory: string): Promise<FastifyInstance> {
  const app = await createDescribedApi(basePath, { pagesDirectory });
  onTestFinished(() => app.close());
  return app;
}

test.each([
  '/image_creation',
  '/image_creation/',
  '/image_creation/builds?state=failed',
  '/image_creation/builds/00000000-0000-4000-8000-0000000000b1',
  '/image_creation/images/00000000-0000-4000-8000-0000000000b1',
  '/image_creation/sign-in',
])('%s is a page, with the base path written in', async (url) => {
  const app = await startWithPages();
  const answer = await app.inject({ url });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-cache');
  expect(answer.body).toContain('<base href="/image_creation/" />');
});

test('pages are at the root where the base path is that', async () => {
  const app = await startWithPages('');
  expect((await app.inject({ url: '/' })).body).toContain('<base href="/" />');
  expect((await app.inject({ url: '/assets/app-1a2b.js' })).body).toBe(script);
});

test('the root leads to the pages', async () => {
  const app = await startWithPages();
  const { statusCode, headers } = await app.inject({ url: '/' });
  expect([statusCode, headers.location]).toEqual([302, '/image_creation/']);
});

test('the policy allows no script but those of the service, and each answer has a nonce of its own', async () => {
  const app = await startWithPages();
  const read = async () => {
    const { headers, body } = await app.inject({ url: '/image_creation/' });
    const nonce = /style-nonce" content="([^"]+)"/.exec(body)?.[1];
    expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    return nonce;
  };
  expect(await read()).not.toBe(await read());
});

test('assets are kept for ever and come as they were compressed; other files are asked for anew', async () => {
  const app = await startWithPages();
  const url = '/image_creation/assets/app-1a2b.js';
  const packed = await app.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
  expect(packed.headers['content-encoding']).toBe('br');
  expect(packed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(packed.headers.vary).toMatch(/accept-encoding/i);
  expect((await app.inject({ url })).body).toBe(script);
  const other = await app.inject({ url: '/image_creation/static/color-scheme.js' });
  expect(other.headers['cache-control']).toBe('no-cache');
});

test.each([
  '/image_creation/assets/app-old.js',
  '/image_creation/assets/../index.html',
  '/assets/app-1a2b.js',
])('%s is no file of the pages', async (url) => {
  const app = await startWithPages();
  const answer = await app.inject({ url });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().code).toBe('API_NOT_FOUND');
});

test('an unknown address is a page for browsers and a problem for programs', async () => {
  const app = await startWithPages();
  const page = await app.inject({ url: '/image_creation/nowhere', headers: html });
  expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect((await app.inject({ url: '/image_creation/nowhere' })).json().code).toBe('API_NOT_FOUND');
  const ofApi = await app.inject({ url: '/image_creation/api/v1/nowhere', headers: html });
  expect(ofApi.json().code).toBe('API_NOT_FOUND');
  expect((await app.inject({ url: '/nowhere', headers: html })).json().code).toBe('API_NOT_FOUND');
});

test.each(['', '/image_creation'])(
  'the frozen routes below "%s" are no pages, for browsers either',
  async (base) => {
    const app = await startWithPages();
    const ask = async (url: string) => {
      const answer = await app.inject({ url: `${base}${url}`, headers: html });
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      return answer.statusCode;
    };
    expect(await ask('/login')).toBe(401);
    expect(await ask('/build/00000000-0000-4000-8000-0000000000b1')).toBe(401);
    expect(await ask('/images/download/w.sif')).toBe(401);
  },
);

test('an empty file name is no page for those who download', async () => {
  const app = await startWithPages();
  for (const url of ['/image_creation/images/download/', '/images/download/', '/image_creation/build/']) {
    expect((await app.inject({ url })).statusCode).toBe(404);
  }
});

test('pages that were not built say how they are', async () => {
  const app = await start('/image_creation', '/nonexistent');
  const answer = await app.inject({ url: '/image_creation/', headers: html });
  expect(answer.statusCode).toBe(404);
  expect(answer.body).toContain('npm run build');
});
