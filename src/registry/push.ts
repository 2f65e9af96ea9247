import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { run } from '../exec/run.ts';
import { type Digest, digestHex, parseDigest } from '../oci/digest.ts';
import { openRepository, type RegistryAccess, withCredentialsFile } from './access.ts';
import { createRepository, toPushError } from './repository.ts';
import { splitReference } from './split-reference.ts';

export type PushOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
};

/**
 * Pushes the image of an OCI image layout by its digest, and names it when all of it is there. Layers are compressed
 * first, beside the layout, so the digest is another one than that of the layout's manifest; what the registry has
 * under that digest is not pushed again.
 *
 * @param reference `registry/repository:tag`
 * @returns Digest of the manifest as the registry has it.
 * @throws REGISTRY_PUSH_FAILED - unreachable, refused, or out of space
 * @throws CANCELLED - `signal` was aborted; the name is not set
 */
export async function pushLayout(
  layout: string,
  reference: string,
  { access, signal, onLine }: PushOptions & { readonly access: RegistryAccess },
): Promise<Digest> {
  const { repository, tag } = splitReference(reference);
  const registry = createRepository(await openRepository(repository, access, signal));
  // Says at once when the registry is out of reach or refuses: compressing may take minutes.
  await registry.hasManifest(tag);
  const folder = await mkdtemp(join(dirname(layout), 'push-'));
  try {
    const compressed = join(folder, 'layout');
    const digestFile = join(folder, 'digest');
    await run(planCompression(layout, compressed, digestFile), { signal, onLine });
    const digest = parseDigest((await readFile(digestFile, 'utf8')).trim());
    if (await registry.hasManifest(digest)) {
      onLine?.(`the registry has ${digest} already`);
    } else {
      await withCredentialsFile(access, reference, (own) =>
        run(planPush(compressed, `${repository}@${digest}`, own), { signal, onLine }),
      );
    }
    const manifest = await readFile(join(compressed, 'blobs/sha256', digestHex(digest)), 'utf8');
    await registry.putManifest(tag, manifest);
    return digest;
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    const lastLines = error.details['lastLines'];
    const reason = Array.isArray(lastLines) ? String(lastLines.at(-1)) : error.message;
    throw toPushError(reference, reason, { details: error.details, cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Layers are compressed on the way into a layout. */
function planCompression(layout: string, target: string, digestFile: string): Command {
  return {
    file: 'skopeo',
    args: ['copy', '--digestfile', digestFile, `oci:${layout}`, `oci:${target}:image`],
  };
}

/**
 * The push as a command. Credentials come from a file that skopeo reads itself.
 *
 * @param reference `registry/repository@digest`
 */
export function planPush(layout: string, reference: string, access: RegistryAccess): Command {
  const { credentialsFile, caBundle, insecure } = access;
  return {
    file: 'skopeo',
    args: [
      'copy',
      ...(credentialsFile === undefined ? [] : ['--dest-authfile', credentialsFile]),
      ...(insecure ? ['--dest-tls-verify=false'] : []),
      '--preserve-digests',
      '--retry-times=3',
      `oci:${layout}:image`,
      `docker://${reference}`,
    ],
    ...(caBundle !== undefined && { env: { SSL_CERT_FILE: caBundle } }),
  };
}
