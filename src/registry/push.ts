import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { run } from '../exec/run.ts';
import { type Digest, parseDigest } from '../oci/digest.ts';
import type { Credentials } from './credentials.ts';

/** A registry that images are pushed to. */
export type RegistryAccess = {
  /** Credentials file in the form that `docker login` and `skopeo login` write. */
  readonly credentialsFile?: string;
  /** Instead of a file. */
  readonly credentials?: Credentials;
  /** PEM bundle with the certificate authorities that sign the registry's certificate. */
  readonly caBundle?: string;
  /** True for a registry on plain HTTP or with a certificate that cannot be checked. */
  readonly insecure?: boolean;
};

export type PushOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
};

/**
 * Pushes the image of an OCI image layout and names it. Layers are compressed on the way, so the
 * digest is another one than that of the layout's manifest.
 *
 * @param reference `registry/repository:tag`
 * @returns Digest of the manifest as the registry has it.
 * @throws REGISTRY_PUSH_FAILED - unreachable, refused, or out of space
 * @throws CANCELLED - `signal` was aborted; the name is not set
 */
export async function pushLayout(
  layout: string,
  reference: string,
  options: PushOptions & { readonly access: RegistryAccess },
): Promise<Digest> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-push-'));
  const digestFile = join(folder, 'digest');
  try {
    await run(planPush(layout, reference, { ...options.access, digestFile }), {
      signal: options.signal,
      onLine: options.onLine,
    });
    return parseDigest((await readFile(digestFile, 'utf8')).trim());
  } catch (error) {
    throw isAppError(error, 'EXEC_FAILED') ? toPushError(error, reference) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The push as a command. Credentials come from a file that skopeo reads itself. */
export function planPush(
  layout: string,
  reference: string,
  access: RegistryAccess & { readonly digestFile: string },
): Command {
  const { credentialsFile, caBundle, insecure } = access;
  return {
    file: 'skopeo',
    args: [
      'copy',
      ...(credentialsFile === undefined ? [] : ['--dest-authfile', credentialsFile]),
      ...(insecure ? ['--dest-tls-verify=false'] : []),
      '--digestfile',
      access.digestFile,
      '--retry-times=3',
      `oci:${layout}`,
      `docker://${reference}`,
    ],
    ...(caBundle !== undefined && { env: { SSL_CERT_FILE: caBundle } }),
  };
}

function toPushError(error: AppError, reference: string): AppError {
  const lastLines = error.details['lastLines'];
  const reason = Array.isArray(lastLines) ? String(lastLines.at(-1)) : error.message;
  return new AppError('REGISTRY_PUSH_FAILED', `${reference} could not be pushed: ${reason}`, {
    hint: pushHint(reason),
    details: error.details,
    cause: error,
  });
}

function pushHint(reason: string): string {
  if (/unauthorized|authentication required|denied/i.test(reason)) {
    return 'log in with `skopeo login`, or name the credentials file in the config (registry.credentials_file)';
  }
  if (/x509|certificate/i.test(reason)) {
    return "name the file with the registry's certificate authority in the config (network.ca_bundle)";
  }
  if (/HTTP response to HTTPS client/i.test(reason)) {
    return 'the registry speaks plain HTTP: set registry.insecure in the config if that is meant';
  }
  return 'check that the registry is reachable from this machine, or build with --no-push';
}
