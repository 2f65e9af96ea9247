import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDependencies } from '../dependencies.ts';
import { pageHeaders, writePage } from './page-document.ts';

/**
 * Below the base path; which page it is, the document itself finds out. Each is a path that no route of the API has: the
 * predecessor's `/build/<id>`, `/images/download/<filename>` and `/login` stay what they are.
 */
const pagePaths = [
  '/',
  '/sign-in',
  '/sign-up',
  '/builds',
  '/builds/*',
  '/new',
  '/images',
  '/images/:id(^[0-9a-f-]{36}$)',
  '/account',
  '/account/*',
  '/admin',
  '/admin/*',
];

const notBuilt =
  'The web pages of this CIC were not built. In a checkout, `./cic serve` and `npm run build` build them.\n' +
  'The API is there: see api/v1/docs.\n';

/** The web pages: one document for all of them, and the files that it names. */
export type Pages = {
  /** Whether a request that no route takes comes from somebody who has opened an address in a browser. */
  isWanted(request: FastifyRequest): boolean;
  send(reply: FastifyReply): FastifyReply;
  register(app: FastifyInstance): Promise<void>;
};

/** Reads what the build of `web/` has written; where it has not, every page says so. */
export async function loadPages({
  pagesDirectory,
  settings: { basePath },
}: Pick<ApiDependencies, 'pagesDirectory' | 'settings'>): Promise<Pages> {
  const template = await readFile(join(pagesDirectory, 'index.html'), 'utf8').catch(() => undefined);

  const send = (reply: FastifyReply): FastifyReply => {
    if (template === undefined) return reply.code(404).type('text/plain; charset=utf-8').send(notBuilt);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers(pageHeaders(nonce))
      .type('text/html; charset=utf-8')
      .send(writePage(template, { basePath, nonce }));
  };

  return {
    isWanted: ({ method, url, headers }) =>
      method === 'GET' &&
      (headers.accept ?? '').includes('text/html') &&
      url.startsWith(`${basePath}/`) &&
      !url.startsWith(`${basePath}/api/`),
    send,
    async register(app) {
      const schema = { hide: true };
      for (const path of pagePaths) app.get(`${basePath}${path}`, { schema }, (_, reply) => send(reply));
      if (basePath !== '') app.get('/', { schema }, (_, reply) => reply.redirect(`${basePath}/`, 302));
      if (template !== undefined) await registerFiles(app, { pagesDirectory, basePath });
    },
  };
}

/** Assets have a hash of their content in their names and are kept for ever, what is in `static/` is asked for anew. */
async function registerFiles(
  app: FastifyInstance,
  { pagesDirectory, basePath }: { readonly pagesDirectory: string; readonly basePath: string },
): Promise<void> {
  const common = { decorateReply: false, index: false, preCompressed: true } as const;
  await app.register(fastifyStatic, {
    ...common,
    root: join(pagesDirectory, 'assets'),
    prefix: `${basePath}/assets/`,
    immutable: true,
    maxAge: '365d',
  });
  await app.register(fastifyStatic, {
    ...common,
    root: join(pagesDirectory, 'static'),
    prefix: `${basePath}/static/`,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
}
