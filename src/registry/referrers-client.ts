import { AppError } from '../errors/app-error.ts';
import type { Digest } from '../oci/digest.ts';
import type { HttpReply } from './http.ts';
import { indexType, type Referrer, referrersTag } from './referrers.ts';
import { createRepositorySession, type RepositoryAccess } from './repository-session.ts';

export type RegistryReferrers = {
  /** Whether the registry keeps the list itself; else it is a tag that clients write. */
  readonly isKept: boolean;
  readonly referrers: readonly Referrer[];
};

export type ReferrersClient = {
  /** What is attached to an image. */
  list(subject: Digest): Promise<RegistryReferrers>;
  /** Stores the list as the tag that stands for it. @param index From `formatReferrers`. */
  writeTag(subject: Digest, index: string): Promise<void>;
};

/**
 * Reads and writes lists of referrers.
 *
 * @throws REGISTRY_ATTACH_FAILED - the registry is unreachable, refuses, or answers something else
 * @see OCI distribution-spec v1.1, Listing Referrers; Pushing Manifests with Subject
 */
export function createReferrersClient(options: RepositoryAccess): ReferrersClient {
  const send = createRepositorySession(options);
  const get = (path: string) => send(path, { method: 'GET', headers: { Accept: indexType } });
  return {
    async list(subject) {
      const kept = await get(`referrers/${subject}`);
      if (kept.status === 200 && kept.headers['content-type']?.startsWith(indexType))
        return { isKept: true, referrers: parseReferrers(kept) };
      const path = `manifests/${referrersTag(subject)}`;
      const tagged = await get(path);
      // Nothing else means an empty list: whatever is there would be overwritten.
      if (tagged.status === 404) return { isKept: false, referrers: [] };
      if (tagged.status !== 200) throw toRefusal(path, tagged);
      return { isKept: false, referrers: parseReferrers(tagged) };
    },
    async writeTag(subject, index) {
      const path = `manifests/${referrersTag(subject)}`;
      const reply = await send(path, { method: 'PUT', headers: { 'Content-Type': indexType }, body: index });
      if (reply.status < 200 || reply.status > 299) throw toRefusal(path, reply);
    },
  };
}

function parseReferrers({ body }: HttpReply): readonly Referrer[] {
  try {
    const { manifests } = JSON.parse(body) as { manifests?: unknown };
    if (Array.isArray(manifests)) return manifests as readonly Referrer[];
  } catch {
    // Told below.
  }
  throw new AppError('REGISTRY_ATTACH_FAILED', 'what the registry has as list of referrers is no such list');
}

function toRefusal(path: string, { status, body }: HttpReply): AppError {
  return new AppError('REGISTRY_ATTACH_FAILED', `the registry answers ${path} with status ${status}`, {
    hint: 'check that the credentials may read and write the repository',
    details: { status, body: body.slice(0, 500) },
  });
}
