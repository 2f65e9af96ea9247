import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError, isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { run } from '../exec/run.ts';
import type { Descriptor, ImageManifest } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { openRepository, type RegistryAccess, withCredentialsFile } from './access.ts';
import {
  type AttachedDocument,
  type Attachment,
  blobPath,
  formatLayoutIndex,
  formatReferrers,
  isAttached,
  makeAttachment,
} from './referrers.ts';
import { createReferrersClient } from './referrers-client.ts';

/** An image in a registry. */
export type PushedImage = {
  /** `registry/repository:tag` */
  readonly reference: string;
  readonly manifestDigest: Digest;
};

export type AttachOptions = {
  readonly access: RegistryAccess;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Attaches documents to an image in a registry, each as an artifact that refers to the image. What is
 * attached already stays: an image that is pushed again does not collect documents.
 *
 * Registries that keep no lists of referrers get one as the tag `sha256-<hex>`. When two processes attach
 * to one image at the same moment, the list of the later one stays; the artifacts of both do.
 *
 * @throws REGISTRY_ATTACH_FAILED - unreachable or refused; some of the documents may be attached
 * @throws CANCELLED - `signal` was aborted
 * @see OCI distribution-spec v1.1, Pushing Manifests with Subject
 */
export async function attachDocuments(
  image: PushedImage,
  documents: readonly AttachedDocument[],
  options: AttachOptions,
): Promise<void> {
  return withCredentialsFile(options.access, image.reference, (access) =>
    attach(image, documents, { ...options, access }),
  );
}

async function attach(
  image: PushedImage,
  documents: readonly AttachedDocument[],
  options: AttachOptions,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-attach-'));
  try {
    const repository = withoutTag(image.reference);
    const client = createReferrersClient(await openRepository(repository, options.access, options.signal));
    const { isKept, referrers } = await client.list(image.manifestDigest);
    const missing = documents.filter((document) => !isAttached(document, referrers));
    if (missing.length === 0) return;
    const subject = await readSubject(repository, image.manifestDigest, options);
    const attachments = missing.map((document) => makeAttachment(document, subject));
    for (const [position, attachment] of attachments.entries()) {
      const layout = await writeLayout(join(folder, String(position)), attachment);
      await run(planAttachmentPush(layout, `${repository}@${attachment.referrer.digest}`, options.access), {
        signal: options.signal,
      });
    }
    if (isKept) return;
    const added = attachments.map(({ referrer }) => referrer);
    await client.writeTag(image.manifestDigest, formatReferrers(referrers, added));
  } catch (error) {
    throw toAttachError(error, image.reference, options.signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pushing one artifact as a command: by digest, without a tag, its bytes as they are. */
export function planAttachmentPush(layout: string, reference: string, access: RegistryAccess): Command {
  const { credentialsFile, insecure } = access;
  const args = [
    'copy',
    ...(credentialsFile === undefined ? [] : ['--dest-authfile', credentialsFile]),
    ...(insecure ? ['--dest-tls-verify=false'] : []),
    '--preserve-digests',
    '--retry-times=3',
    `oci:${layout}`,
    `docker://${reference}`,
  ];
  return { file: 'skopeo', args, ...planEnvironment(access) };
}

/** The image's manifest as the registry has it. */
async function readSubject(
  repository: string,
  digest: Digest,
  { access, signal }: AttachOptions,
): Promise<Descriptor> {
  const { credentialsFile, insecure } = access;
  const args = [
    'inspect',
    '--raw',
    ...(credentialsFile === undefined ? [] : ['--authfile', credentialsFile]),
    ...(insecure ? ['--tls-verify=false'] : []),
    `docker://${repository}@${digest}`,
  ];
  const { stdout } = await run({ file: 'skopeo', args, ...planEnvironment(access) }, { signal });
  if (digestOf(stdout) !== digest)
    throw new AppError('REGISTRY_ATTACH_FAILED', `the registry has another manifest than ${digest}`);
  const { mediaType = 'application/vnd.oci.image.manifest.v1+json' } = JSON.parse(stdout) as ImageManifest;
  return { mediaType, digest, size: Buffer.byteLength(stdout) };
}

function planEnvironment({ caBundle }: RegistryAccess): Pick<Command, 'env'> {
  return caBundle === undefined ? {} : { env: { SSL_CERT_FILE: caBundle } };
}

async function writeLayout(layout: string, attachment: Attachment): Promise<string> {
  const files = new Map<string, Buffer | string>([
    ['oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })],
    ['index.json', formatLayoutIndex(attachment)],
    ...[...attachment.blobs].map(([digest, bytes]): [string, Buffer] => [blobPath(digest), bytes]),
  ]);
  for (const [name, content] of files) {
    await mkdir(dirname(join(layout, name)), { recursive: true });
    await writeFile(join(layout, name), content);
  }
  return layout;
}

function withoutTag(reference: string): string {
  return reference.replace(/:[^:/]+$/, '');
}

function toAttachError(error: unknown, reference: string, signal: AbortSignal | undefined): AppError {
  if (signal?.aborted)
    return new AppError('CANCELLED', 'attaching documents was cancelled', { cause: error });
  if (isAppError(error) && error.code !== 'EXEC_FAILED') return error;
  const lastLines = isAppError(error) ? error.details['lastLines'] : undefined;
  const reason = Array.isArray(lastLines) ? String(lastLines.at(-1)) : String((error as Error).message);
  return new AppError(
    'REGISTRY_ATTACH_FAILED',
    `documents could not be attached to ${reference}: ${reason}`,
    {
      hint: 'check the credentials and the certificate of the registry',
      cause: error,
    },
  );
}
