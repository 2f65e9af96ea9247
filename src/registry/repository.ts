import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors/app-error.ts';
import type { Digest } from '../oci/digest.ts';
import type { HttpReply, StreamedBody } from './http.ts';
import { createRepositorySession, type RepositoryAccess } from './repository-session.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const attempts = 3;
const retryAfterMs = 2_000;

/** Contents of one repository, by digest and tag. @see OCI distribution-spec v1.1 */
export type Repository = {
  hasBlob(digest: Digest): Promise<boolean>;
  /** @throws REGISTRY_PUSH_FAILED - also when the registry got other bytes than the digest says */
  putBlob(digest: Digest, body: StreamedBody): Promise<void>;
  /** @param reference Tag or digest. */
  hasManifest(reference: string): Promise<boolean>;
  /** What the tag stands for, as the registry says; undefined where there is no such tag. */
  findDigest(tag: string): Promise<string | undefined>;
  /** All that the manifest names must be there. */
  putManifest(reference: string, manifest: string): Promise<void>;
};

/** @throws REGISTRY_PUSH_FAILED - every call, when the registry is out of reach or refuses */
export function createRepository(access: RepositoryAccess): Repository {
  const send = createRepositorySession(access);
  const look = async (place: string) => {
    const reply = await retry(access, () =>
      send(place, { method: 'HEAD', headers: { Accept: manifestType } }),
    );
    if (reply.status === 404) return undefined;
    requireStatus(reply, [200], { access, place });
    return reply.headers;
  };
  const has = async (place: string) => (await look(place)) !== undefined;
  return {
    hasBlob: (digest) => has(`blobs/${digest}`),
    hasManifest: (reference) => has(`manifests/${reference}`),
    async findDigest(tag) {
      const digest = (await look(`manifests/${tag}`))?.['docker-content-digest'];
      return typeof digest === 'string' ? digest : undefined;
    },
    async putBlob(digest, body) {
      const place = 'blobs/uploads/';
      const reply = await retry(access, async () => {
        const opened = await send(place, { method: 'POST' });
        const { location } = opened.headers;
        if (opened.status !== 202 || location === undefined) return opened;
        const url = new URL(location, `https://${access.host}`);
        url.searchParams.set('digest', digest);
        const headers = { 'Content-Type': 'application/octet-stream' };
        return send(url.href, { method: 'PUT', headers, body });
      });
      requireStatus(reply, [201], { access, place });
    },
    async putManifest(reference, manifest) {
      const place = `manifests/${reference}`;
      const headers = { 'Content-Type': manifestType };
      const call = { method: 'PUT', headers, body: manifest } as const;
      requireStatus(await retry(access, () => send(place, call)), [201], { access, place });
    },
  };
}

/** Once more where the registry, or what lies between, may only be busy. */
async function retry(access: RepositoryAccess, attempt: () => Promise<HttpReply>): Promise<HttpReply> {
  for (let count = 1; ; count++) {
    try {
      const reply = await attempt();
      if (reply.status < 500 || count === attempts) return reply;
    } catch (cause) {
      if (access.signal?.aborted) throw new AppError('CANCELLED', 'the push was cancelled', { cause });
      const isFinal = count === attempts || /CERT|SIGNED/.test((cause as NodeJS.ErrnoException).code ?? '');
      if (isFinal) throw toPushError(`${access.host}/${access.path}`, reasonOf(cause), { cause });
    }
    await sleep(retryAfterMs);
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

type Place = { readonly access: RepositoryAccess; readonly place: string };

const statusWords: Readonly<Record<number, string>> = { 401: 'unauthorized', 403: 'denied' };

function requireStatus(
  { status, body }: HttpReply,
  wanted: readonly number[],
  { access, place }: Place,
): void {
  if (wanted.includes(status)) return;
  const word = statusWords[status];
  const reason = `${place} is answered with status ${status}${word === undefined ? '' : ` (${word})`}`;
  throw toPushError(`${access.host}/${access.path}`, reason, {
    details: { status, body: body.slice(0, 500) },
  });
}

export function toPushError(
  reference: string,
  reason: string,
  { cause, details }: { readonly cause?: unknown; readonly details?: Record<string, unknown> },
): AppError {
  return new AppError('REGISTRY_PUSH_FAILED', `${reference} could not be pushed: ${reason}`, {
    hint: pushHint(reason),
    ...(details && { details }),
    cause,
  });
}

function pushHint(reason: string): string {
  if (/unauthorized|authentication required|denied/i.test(reason)) {
    return 'log in with `skopeo login`, or name the credentials file in the config (registry.credentials_file)';
  }
  if (/x509|certificate/i.test(reason)) {
    return "name the file with the registry's certificate authority in the config (registry.ca_bundle)";
  }
  if (/HTTP response to HTTPS client|EPROTO|wrong version number|packet length too long/i.test(reason)) {
    return 'the registry speaks plain HTTP: set registry.insecure in the config if that is meant';
  }
  return 'check that the registry is reachable from this machine, or build with --no-push';
}
