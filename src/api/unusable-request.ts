import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.ts';

/**
 * The error of what no route can do anything with. PostgreSQL keeps no zero characters: they are refused at the door
 * instead of in each of its columns.
 *
 * @see RFC 9112, §3.2 (Host)
 */
export function findUnusable({
  headers,
  url,
}: Pick<FastifyRequest, 'headers' | 'url'>): AppError | undefined {
  if (headers.host === undefined) return new AppError('API_MALFORMED', 'the request has no Host header');
  if (url.includes('%00')) return new AppError('API_MALFORMED', 'the address holds a zero character');
  return undefined;
}
