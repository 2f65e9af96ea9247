import { requireData, type ServiceClient } from '../../client/client.ts';
import type { components } from '../../client/generated/api.ts';
import { AppError } from '../../errors/app-error.ts';
import { type ErrorCode, errorCodes } from '../../errors/codes.ts';

export type RemoteBuild = components['schemas']['Build'];

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isBuildId(text: string): boolean {
  return uuidPattern.test(text);
}

/**
 * The build with this id, or the only one of one's own whose id begins with this.
 *
 * @throws BUILD_NOT_FOUND
 */
export async function findBuild(client: ServiceClient, id: string): Promise<RemoteBuild> {
  if (isBuildId(id)) {
    return requireData(client.GET('/api/v1/builds/{id}', { params: { path: { id } } }));
  }
  const isPrefix = /^[0-9a-f-]{4,36}$/i.test(id);
  const query = { search: id, limit: 200 };
  const { items } = isPrefix
    ? await requireData(client.GET('/api/v1/builds', { params: { query } }))
    : { items: [] };
  const found = items.filter((build) => build.id.startsWith(id.toLowerCase()));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const message =
    found.length > 1 ? `${found.length} builds begin with ${id}` : `you have no build ${JSON.stringify(id)}`;
  throw new AppError('BUILD_NOT_FOUND', message, { hint: '`cic list` shows your builds' });
}

/** Why a build did not succeed, as an error; undefined when it did. */
export function toBuildError({ state, failure }: RemoteBuild): AppError | undefined {
  if (state === 'succeeded') return undefined;
  const { code = 'SERVICE_FAILED', message = `the build ${state}`, hint } = failure ?? {};
  const isOwn = Object.hasOwn(errorCodes, code) && code !== 'INTERNAL_ERROR';
  const options = hint === undefined ? {} : { hint };
  return new AppError(isOwn ? (code as ErrorCode) : 'SERVICE_FAILED', message, options);
}
