import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import { run } from '../../exec/run.ts';
import { type Digest, digestHex, isDigest, parseDigest } from '../../oci/digest.ts';
import { hostPlatform, type Platform } from '../../oci/platform.ts';
import type { BaseImage, ResolvedBase } from '../../recipe/base-image.ts';
import type { ImageRecipe } from '../../recipe/recipe.ts';
import type { AptSource } from '../base/apt-sources.ts';
import { bootstrapBase } from '../base/bootstrap.ts';
import { toBuildError } from '../build-error.ts';
import { type Buildable, toBuildable, writeBuildFiles } from '../build-files.ts';
import { requirePlatform } from '../emulation.ts';
import { type EngineOptions, toProxyEnvironment, toRegistryEnvironment } from '../options.ts';
import type {
  BuildOptions,
  BuiltImage,
  CallOptions,
  Engine,
  EngineStatus,
  ExportOptions,
  ImageRun,
} from '../port.ts';
import { createStageTracker } from '../stage-tracker.ts';
import {
  type BuildahSettings,
  planBuildahBuild,
  planExport,
  planInspect,
  planPull,
  planTag,
} from './commands.ts';
import { writeLayoutFromDirectory, writeLayoutInPlace } from './export-layout.ts';
import { createOutputReader, findBuildahError } from './output.ts';
import { findNamespacePrefix, prefixCommand } from './process-namespace.ts';
import { findStoredImage } from './stored-image.ts';
import { removeWorkingContainers } from './working-containers.ts';

export type BuildahOptions = EngineOptions &
  BuildahSettings & { readonly sources?: readonly AptSource[] | undefined };

type ImageInfo = { readonly imageId: Digest; readonly manifestDigest: Digest };

/** The engine that needs no daemon: buildah, driven by its command line. */
export function createBuildah(options: BuildahOptions): Engine {
  return {
    kind: 'buildah',
    mountsFolders: true,
    check: (call) => check(options, call),
    resolveBase: (base, platform, call) => resolveBase(options, { base, platform }, call),
    build: (recipe, call) => build(options, recipe, call),
    runOn: (imageRun, call) => runOn(options, imageRun, call),
    exportLayout: (image, directory, call) => exportLayout(options, { image, directory }, call),
    pin: (image, call) => pin(options, image, call),
    tag: async (image, reference, call) => {
      await run(planTag(options, image.imageId, reference), { signal: call?.signal });
    },
    findTagged: async (reference, call) => (await inspect(options, reference, call))?.imageId,
  };
}

async function check(_options: BuildahOptions, call: CallOptions = {}): Promise<EngineStatus> {
  try {
    const { stdout } = await run({ file: 'buildah', args: ['--version'] }, { signal: call.signal });
    const version = /version (\S+)/.exec(stdout)?.[1] ?? stdout.trim();
    const host = hostPlatform();
    return { usable: true, version, platforms: host === undefined ? [] : [host] };
  } catch (error) {
    if (isAppError(error, 'EXEC_NOT_FOUND')) {
      return { usable: false, reason: 'buildah is not installed', hint: 'apt-get install buildah' };
    }
    if (isAppError(error, 'EXEC_FAILED')) {
      return { usable: false, reason: error.message, hint: 'run `buildah info` to see what it lacks' };
    }
    throw error;
  }
}

type BaseWish = { readonly base: BaseImage; readonly platform: Platform };

async function resolveBase(
  options: BuildahOptions,
  { base, platform }: BaseWish,
  call: CallOptions & { readonly refresh?: boolean | undefined } = {},
): Promise<ResolvedBase> {
  if (base.kind === 'reference') {
    const { manifestDigest } = await pullBase(options, { source: base.reference, platform }, call);
    return { base, digest: manifestDigest };
  }
  const { suite } = base;
  const made = await bootstrapBase({
    suite,
    platform,
    cacheDirectory: join(options.cacheDirectory, 'bases'),
    emulation: options.emulation,
    sources: options.sources,
    ...call,
  });
  if ((await inspect(options, baseName(made.digest), call)) === undefined) {
    await pullBase(options, { source: `oci:${made.layout}`, platform, digest: made.digest }, call);
  }
  return { base, digest: made.digest, suite };
}

type Pull = { readonly source: string; readonly platform: Platform; readonly digest?: Digest };

/** Brings an image into the store under the name that its digest gives it. */
async function pullBase(
  options: BuildahOptions,
  { source, platform, digest }: Pull,
  call: CallOptions,
): Promise<ImageInfo> {
  const env = toRegistryEnvironment(options);
  try {
    const { stdout } = await run(planPull(options, source, platform, env), { signal: call.signal });
    const image = stdout.trim().split('\n').at(-1) ?? '';
    const info = await inspect(options, image, call);
    if (info === undefined)
      throw new AppError('ENGINE_BASE_UNAVAILABLE', `${source} was pulled but is not there`);
    await run(planTag(options, image, baseName(digest ?? info.manifestDigest)), { signal: call.signal });
    return info;
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    throw new AppError(
      'ENGINE_BASE_UNAVAILABLE',
      `the base image ${source} could not be pulled: ${error.message}`,
      {
        hint: 'check the name, that the registry is reachable (proxy, certificates), and your login (`buildah login`)',
        cause: error,
      },
    );
  }
}

async function build(
  options: BuildahOptions,
  recipe: ImageRecipe,
  call: BuildOptions = {},
): Promise<BuiltImage> {
  await requirePlatform(recipe.platform, { emulation: options.emulation, onEvent: call.onEvent });
  for (const { digest } of [recipe.base, ...Object.values(recipe.images ?? {})])
    await requireBase(options, digest, call);
  return buildOn(baseName(recipe.base.digest), recipe, { options, call });
}

async function runOn(options: BuildahOptions, imageRun: ImageRun, call: BuildOptions = {}): Promise<void> {
  const { emulation } = options;
  await requirePlatform(imageRun.platform, { emulation, onEvent: call.onEvent });
  const own = { ...options, secrets: {}, proxy: undefined };
  await buildOn(digestHex(imageRun.image.imageId), toBuildable(imageRun), { options: own, call });
}

type BuildContext = { readonly options: BuildahOptions; readonly call: BuildOptions };

async function buildOn(
  baseImage: string,
  recipe: Buildable,
  { options, call }: BuildContext,
): Promise<BuiltImage> {
  const { signal, onEvent } = call;
  const isForeign = recipe.platform.architecture !== hostPlatform()?.architecture;
  const prefix = await findNamespacePrefix();
  const files = await writeBuildFiles(recipe, options.secrets, options.workDirectory);
  const imageIdFile = join(files.directory, 'image-id');
  try {
    const command = planBuildahBuild(options, {
      ...files,
      namedContexts: recipe.contexts,
      volumes: recipe.writableFolders ?? {},
      namedImages: Object.fromEntries(
        Object.entries(recipe.images ?? {}).map(([name, { digest }]) => [name, baseName(digest)]),
      ),
      baseImage,
      imageIdFile,
      platform: isForeign ? recipe.platform : undefined,
      noCache: call.noCache ?? false,
      env: toProxyEnvironment(options.proxy),
    });
    await retryWhenBusy(() => runBuild(prefixCommand(prefix, command), recipe, { signal, onEvent }));
    return { imageId: parseDigest((await readFile(imageIdFile, 'utf8')).trim()) };
  } finally {
    await removeWorkingContainers(options, files.directory);
    await files.remove();
  }
}

const busyAttempts = 3;

/**
 * Buildah copies its own program into sealed memory whenever it starts one in a container; under load the
 * kernel sometimes refuses the seal with EBUSY. What was built before that is in the cache.
 */
async function retryWhenBusy(build: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await build();
    } catch (error) {
      if (attempt === busyAttempts || !isAppError(error, 'ENGINE_BUILD_FAILED')) throw error;
      const { lastLines } = error.details;
      const isBusy = Array.isArray(lastLines) && lastLines.some((line) => sealBusyPattern.test(String(line)));
      if (!isBusy) throw error;
    }
  }
}

const sealBusyPattern = /sealing memfd copy: Device or resource busy/;

async function runBuild(
  command: ReturnType<typeof planBuildahBuild>,
  recipe: Buildable,
  { signal, onEvent }: CallOptions,
): Promise<void> {
  const tracker = createStageTracker(recipe.instructions, onEvent ?? (() => undefined));
  let stderr = '';
  const read = createOutputReader(tracker);
  try {
    await run(command, {
      signal,
      onLine: (line, stream) => {
        if (stream === 'stderr') stderr = `${stderr}${line}\n`.slice(-20_000);
        read(line, stream);
      },
    });
    tracker.end('done');
  } catch (error) {
    tracker.end(isAppError(error, 'CANCELLED') ? 'cancelled' : 'failed');
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    const signalName = error.details['signal'];
    throw toBuildError(
      {
        engine: 'buildah',
        message: findBuildahError(stderr),
        signal: typeof signalName === 'string' ? signalName : undefined,
        cause: error,
      },
      tracker,
    );
  }
}

async function requireBase(options: BuildahOptions, digest: Digest, call: CallOptions): Promise<void> {
  if ((await inspect(options, baseName(digest), call)) !== undefined) return;
  throw new AppError(
    'ENGINE_BASE_UNAVAILABLE',
    `the base image ${digest} is not in buildah's store any more`,
    { hint: 'build again: it is made or pulled anew' },
  );
}

async function pin(
  options: BuildahOptions,
  { imageId }: BuiltImage,
  call?: CallOptions,
): Promise<ResolvedBase> {
  const reference = baseName(imageId);
  await run(planTag(options, imageId, reference), { signal: call?.signal });
  return { base: { kind: 'reference', reference }, digest: imageId };
}

type Export = { readonly image: BuiltImage; readonly directory: string };

async function exportLayout(
  options: BuildahOptions,
  { image, directory }: Export,
  call: ExportOptions = {},
): Promise<Digest> {
  const blobs = join(directory, 'export');
  try {
    const stored = call.inPlace ? await findStoredImage(options, image.imageId, call) : undefined;
    if (stored !== undefined) return await writeLayoutInPlace(stored, directory);
    await run(planExport(options, image.imageId, blobs), { signal: call.signal });
    return await writeLayoutFromDirectory(blobs, directory);
  } catch (error) {
    if (isAppError(error, 'CANCELLED', 'EXEC_NOT_FOUND')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('ENGINE_EXPORT_FAILED', `buildah could not export the image: ${reason}`, {
      hint: /no space|ENOSPC/i.test(reason) ? 'free disk space in the cache folder' : 'build again',
      cause: error,
    });
  }
}

async function inspect(
  options: BuildahOptions,
  image: string,
  call: CallOptions = {},
): Promise<ImageInfo | undefined> {
  const { exitCode, stdout } = await run(planInspect(options, image), {
    signal: call.signal,
    acceptExitCodes: [0, 125],
  });
  const [id = '', manifestDigest = ''] = stdout.trim().split(' ');
  const imageId = id.startsWith('sha256:') ? id : `sha256:${id}`;
  return exitCode === 0 && isDigest(imageId) && isDigest(manifestDigest)
    ? { imageId, manifestDigest }
    : undefined;
}

function baseName(digest: Digest): string {
  return `localhost/cic/base:${digestHex(digest)}`;
}
