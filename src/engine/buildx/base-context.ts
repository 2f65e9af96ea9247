import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import type { Descriptor, ImageIndex } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { formatPlatform, type Platform } from '../../oci/platform.ts';
import type { BaseImage, ResolvedBase } from '../../recipe/base-image.ts';
import { bootstrapBase } from '../base/bootstrap.ts';
import { readLayoutDigest } from '../base/layout.ts';
import { type EngineOptions, toRegistryEnvironment } from '../options.ts';
import type { CallOptions } from '../port.ts';
import { planInspectRemote } from './commands.ts';

export type ResolveBaseOptions = CallOptions & {
  readonly docker: string;
  readonly engine: EngineOptions;
  readonly refresh?: boolean | undefined;
};

/** Pins a base image. Nothing is pulled here: BuildKit does so when it builds. */
export async function resolveBuildxBase(
  base: BaseImage,
  platform: Platform,
  options: ResolveBaseOptions,
): Promise<ResolvedBase> {
  if (base.kind === 'reference') {
    return { base, digest: await readRemoteDigest({ reference: base.reference, platform }, options) };
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
export async function planBaseContext(
  { base, digest }: ResolvedBase,
  engine: EngineOptions,
): Promise<string> {
  if (base.kind === 'reference') return `docker-image://${withoutTag(base.reference)}@${digest}`;
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

type RemoteImage = { readonly reference: string; readonly platform: Platform };

async function readRemoteDigest(
  { reference, platform }: RemoteImage,
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
