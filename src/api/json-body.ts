import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.ts';

/** Nothing that is sent here is half as deep; what is much deeper overflows the stack of whoever walks it. */
const maxDepth = 64;

/** Reads JSON bodies as Fastify does, except for what could not be kept or handled. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    try {
      refuseUnusableJson(String(body));
    } catch (error) {
      done(error as Error);
      return;
    }
    parse(request, String(body), done);
  });
}

/** @throws API_MALFORMED - it is too deep, or holds zero characters, which PostgreSQL does not keep */
export function refuseUnusableJson(text: string): void {
  if (/\\u0000/.test(text)) throw new AppError('API_MALFORMED', 'the body holds a zero character');
  const structure = text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"/gs, '');
  let depth = 0;
  for (const [bracket] of structure.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > maxDepth) {
      throw new AppError('API_MALFORMED', `the body has more than ${maxDepth} levels of lists and objects`);
    }
  }
}
