import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import type { Descriptor, ImageIndex } from '../../oci/descriptor.ts';
import { type Digest, digestHex, digestOf, isDigest } from '../../oci/digest.ts';
import { formatPlatform, type Platform } from '../../oci/platform.ts';
import type { BaseImage, ResolvedBase } from '../../recipe/base-image.ts';
import { bootstrapBase } from '../base/bootstrap.ts';
import { readLayoutDigest } from '../base/layout.ts';
import { type EngineOptions, toRegistryEnvironment } from '../options.ts';
import type { CallOptions } from '../port.ts';
import { planInspect, planInspectLocal, planInspectRemote, planTag } from './commands.ts';

export type ResolveBaseOptions = CallOptions & {
  readonly docker: string;
  readonly engine: EngineOptions;
  readonly refresh?: boolean | undefined;
};

/**
 * Pins a base image: the one in Docker's store, else the registry's. Nothing is pulled here: BuildKit does
 * so when it builds.
 */
export async function resolveBuildxBase(
  base: BaseImage,
  platform: Platform,
  options: ResolveBaseOptions,
): Promise<ResolvedBase> {
  if (base.kind === 'reference') {
    const image = { reference: base.reference, platform };
    const local = options.refresh ? undefined : await readLocalDigest(image, options);
    return { base, digest: local ?? (await readRemoteDigest(image, options)) };
  }
  const { engine, signal, onEvent, refresh } = options;
  const { digest } = await bootstrapBase({
    suite: base.suite,
    platform,
    cacheDirectory: basesDirectory(engine),
    emulation: engine.emulation,
    signal,
    onEvent,
    refresh,
  });
  return { base, digest, suite: base.suite };
}

/** The base image as buildx takes it for a build context. */
export async function findBaseContext(
  { base, digest }: ResolvedBase,
  { docker, engine, signal }: ResolveBaseOptions,
): Promise<string> {
  if (base.kind === 'reference') {
    const name = localName(digest);
    const { exitCode } = await run(planInspect(docker, name), { signal, acceptExitCodes: [0, 1] });
    return `docker-image://${exitCode === 0 ? name : `${withoutTag(base.reference)}@${digest}`}`;
  }
  const parent = basesDirectory(engine);
  for (const name of await readdir(parent).catch(() => [])) {
    const layout = join(parent, name);
    if ((await readLayoutDigest(layout)) === digest) return `oci-layout://${layout}@${digest}`;
  }
  throw new AppError('ENGINE_BASE_UNAVAILABLE', `the base image ${digest} is not in ${parent} any more`, {
    hint: 'build again: it is made anew',
  });
}

function basesDirectory({ cacheDirectory }: EngineOptions): string {
  return join(cacheDirectory, 'bases');
}

type WantedImage = { readonly reference: string; readonly platform: Platform };

async function readLocalDigest(
  { reference, platform }: WantedImage,
  { docker, signal }: ResolveBaseOptions,
): Promise<Digest | undefined> {
  const command = planInspectLocal(docker, reference);
  const { stdout } = await run(command, { signal, acceptExitCodes: [0, 1] });
  const [digest = '', found] = stdout.trim().split(' ');
  if (found !== formatPlatform(platform) || !isDigest(digest)) return undefined;
  await pinImage(docker, digest, { signal });
  return digest;
}

/** BuildKit finds an image that no registry has by a tag only: the one that it gets here never moves. */
export async function pinImage(docker: string, digest: Digest, call?: CallOptions): Promise<ResolvedBase> {
  const reference = localName(digest);
  await run(planTag(docker, digest, reference), { signal: call?.signal });
  return { base: { kind: 'reference', reference }, digest };
}

function localName(digest: Digest): string {
  return `localhost/cic/base:${digestHex(digest)}`;
}

async function readRemoteDigest(
  { reference, platform }: WantedImage,
  { docker, engine, signal }: ResolveBaseOptions,
): Promise<Digest> {
  try {
    const command = planInspectRemote(docker, reference, toRegistryEnvironment(engine));
    const { stdout } = await run(command, { signal });
    const document = JSON.parse(stdout) as Partial<ImageIndex>;
    if (document.manifests === undefined) return digestOf(stdout);
    const found = findManifest(document.manifests, platform);
    if (found !== undefined) return found.digest;
    throw unavailable(reference, `it is not there for ${formatPlatform(platform)}`);
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    throw unavailable(reference, error.message, error);
  }
}

/** An index may hold another system's image of the same architecture. */
export function findManifest(
  manifests: ImageIndex['manifests'],
  { os, architecture }: Platform,
): Descriptor | undefined {
  return manifests.find(({ platform }) => platform?.os === os && platform.architecture === architecture);
}

function unavailable(reference: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'ENGINE_BASE_UNAVAILABLE',
    `the base image ${reference} could not be found: ${reason}`,
    {
      hint: 'check the name, that the registry is reachable (proxy, certificates), and your login (`docker login`)',
      cause,
    },
  );
}

/** `host:5000/name:tag` → `host:5000/name` */
function withoutTag(reference: string): string {
  return reference.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^:/]+$/, '');
}
