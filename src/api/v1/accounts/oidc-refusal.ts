import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAppError } from '../../../errors/app-error.ts';
import { type ErrorCode, errorCodes } from '../../../errors/codes.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { cookieOptions } from '../../session-cookie.ts';

const refusalCookie = 'cic_refused';
const shownSeconds = 120;
const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** Why a login at the provider led to nothing, for the sign-in page. */
export const refusalSchema = z
  .object({ code: z.enum(codes), message: z.string(), hint: z.string().optional() })
  .meta({ id: 'SignInRefusal', description: 'Why the last login at the provider led to no session' });

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/**
 * Where a browser goes whose login was refused: the sign-in page. The address has the code only; the words go by a cookie,
 * so that nobody can put words into the page by a link.
 *
 * @param returnTo Path with the base path, as far as it is known.
 * @returns The path of the page. What is no refusal is thrown again.
 */
export function toRefusedPage(
  error: unknown,
  { request, reply }: Exchange,
  { deps, returnTo }: { readonly deps: ApiDependencies; readonly returnTo: string | undefined },
): string {
  if (!isAppError(error)) throw error;
  const { basePath } = deps.settings;
  const { code, message, hint } = error;
  const words = JSON.stringify({ code, message, ...(hint !== undefined && { hint }) });
  const value = Buffer.from(words).toString('base64url');
  reply.setCookie(refusalCookie, value, { ...toCookieOptions(request, deps), maxAge: shownSeconds });
  const to = returnTo?.slice(basePath.length);
  const query = new URLSearchParams({ error: code, ...(to !== undefined && to !== '/' && { to }) });
  return `${basePath}/sign-in?${query}`;
}

/** What the cookie of a refused login says; a forged or cut one says nothing. */
export function readRefusal({ cookies }: FastifyRequest): z.infer<typeof refusalSchema> | null {
  const value = cookies[refusalCookie];
  if (value === undefined) return null;
  try {
    return refusalSchema.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return null;
  }
}

function toCookieOptions(request: FastifyRequest, deps: ApiDependencies) {
  return { ...cookieOptions(request, deps), path: `${deps.settings.basePath}/api/v1/sign-in` };
}
