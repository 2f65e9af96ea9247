import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { run, startProcess } from '../../exec/run.ts';
import { type Digest, isDigest, parseDigest } from '../../oci/digest.ts';
import { hostPlatform } from '../../oci/platform.ts';
import type { ResolvedBase } from '../../recipe/base-image.ts';
import type { ImageRecipe } from '../../recipe/recipe.ts';
import { readLayoutDigest } from '../base/layout.ts';
import { toBuildError } from '../build-error.ts';
import { type Buildable, type BuildFiles, toBuildable, writeBuildFiles } from '../build-files.ts';
import { requirePlatform } from '../emulation.ts';
import { type EngineOptions, toProxyEnvironment } from '../options.ts';
import type { BuildOptions, BuiltImage, CallOptions, Engine, ImageRun } from '../port.ts';
import { createStageTracker } from '../stage-tracker.ts';
import { findBaseContext, pinImage, resolveBuildxBase } from './base-context.ts';
import { checkDocker, requireDockerClient } from './check-docker.ts';
import { planBuildxBuild, planInspect, planSave, planTag, planUnpack } from './commands.ts';
import { warnOfLogLimit } from './log-limit.ts';
import { createStatusReader } from './solve-status.ts';
import { createVertexTracker } from './vertex-tracker.ts';

/** The engine of a Docker daemon: BuildKit, driven by `docker buildx`. */
export function createBuildx(options: EngineOptions): Engine {
  let client: string | undefined;
  const requireDocker = async (call?: CallOptions) => {
    client ??= await requireDockerClient(call);
    return client;
  };
  return {
    kind: 'buildx',
    mountsFolders: false,
    check: (call) => checkDocker(call),
    resolveBase: async (base, platform, call) =>
      resolveBuildxBase(base, platform, { ...call, docker: await requireDocker(call), engine: options }),
    build: async (recipe, call) => build(await requireDocker(call), { options, recipe, call: call ?? {} }),
    runOn: async (imageRun, call) =>
      runOn(await requireDocker(call), { options, imageRun, call: call ?? {} }),
    exportLayout: async (image, directory, call) =>
      exportLayout(await requireDocker(call), { image, directory, call: call ?? {} }),
    pin: async (image, call) => pinImage(await requireDocker(call), image.imageId, call),
    tag: async (image, reference, call) => {
      await run(planTag(await requireDocker(call), image.imageId, reference), { signal: call?.signal });
    },
    findTagged: async (reference, call) => findTagged(await requireDocker(call), reference, call),
  };
}

type Build = { readonly options: EngineOptions; readonly recipe: ImageRecipe; readonly call: BuildOptions };

async function build(docker: string, { options, recipe, call }: Build): Promise<BuiltImage> {
  const { signal, onEvent } = call;
  await requirePlatform(recipe.platform, { emulation: options.emulation, onEvent });
  const find = (image: ResolvedBase) => findBaseContext(image, { docker, engine: options, signal });
  const baseContext = await find(recipe.base);
  const images: Record<string, string> = {};
  for (const [name, image] of Object.entries(recipe.images ?? {})) images[name] = await find(image);
  const files = await writeBuildFiles(recipe, options.secrets, options.workDirectory);
  const metadataFile = join(files.directory, 'metadata.json');
  try {
    const command = planBuild(docker, recipe, { files, baseContext, images, metadataFile, call, options });
    await runBuild(command, recipe, { signal, onEvent });
    const metadata = JSON.parse(await readFile(metadataFile, 'utf8')) as { 'containerimage.digest': string };
    return { imageId: parseDigest(metadata['containerimage.digest']) };
  } finally {
    await files.remove();
  }
}

type Run = { readonly options: EngineOptions; readonly imageRun: ImageRun; readonly call: BuildOptions };

/** BuildKit finds an image without a name in a layout only; what it has already is not read from there. */
async function runOn(docker: string, { options, imageRun, call }: Run): Promise<void> {
  const { signal, onEvent } = call;
  await requirePlatform(imageRun.platform, { emulation: options.emulation, onEvent });
  const own = { ...options, secrets: {}, proxy: undefined };
  const recipe = toBuildable(imageRun);
  const files = await writeBuildFiles(recipe, own.secrets, options.workDirectory);
  try {
    const baseContext = `oci-layout://${imageRun.layout}@${imageRun.manifestDigest}`;
    const command = planBuild(docker, recipe, { files, baseContext, call, options: own });
    await runBuild(command, recipe, { signal, onEvent });
  } finally {
    await files.remove();
  }
}

type BuildInputs = {
  readonly files: BuildFiles;
  readonly baseContext: string;
  readonly images?: Readonly<Record<string, string>>;
  readonly metadataFile?: string;
  readonly options: EngineOptions;
  readonly call: BuildOptions;
};

function planBuild(docker: string, recipe: Buildable, inputs: BuildInputs): Command {
  const { files, baseContext, images, metadataFile, options, call } = inputs;
  const isForeign = recipe.platform.architecture !== hostPlatform()?.architecture;
  return planBuildxBuild(docker, {
    ...files,
    baseContext,
    namedContexts: { ...recipe.contexts, ...images },
    metadataFile,
    platform: isForeign ? recipe.platform : undefined,
    noCache: call.noCache ?? false,
    env: toProxyEnvironment(options.proxy),
  });
}

async function runBuild(
  command: Command,
  recipe: Buildable,
  { signal, onEvent }: CallOptions,
): Promise<void> {
  const tracker = createStageTracker(recipe.instructions, warnOfLogLimit(onEvent ?? (() => undefined)));
  const vertices = createVertexTracker(recipe.instructions, tracker);
  let text = '';
  const read = createStatusReader(vertices.onStatus, (line) => {
    text = `${text}${line}\n`.slice(-20_000);
  });
  tracker.begin(0);
  try {
    await run(command, { signal, onLine: (line, stream) => stream === 'stderr' && read(line) });
    vertices.complete();
    tracker.end('done');
  } catch (error) {
    vertices.fail();
    tracker.end(isAppError(error, 'CANCELLED') ? 'cancelled' : 'failed');
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
    const signalName = error.details['signal'];
    throw toBuildError(
      {
        engine: 'buildx',
        message: [...vertices.errors(), findClientError(text) || text.trim()].join('\n'),
        signal: typeof signalName === 'string' ? signalName : undefined,
        cause: error,
      },
      tracker,
    );
  }
}

/** The client quotes the Dockerfile before it says what went wrong. */
function findClientError(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('ERROR: '))
    .join('\n');
}

type Export = { readonly image: BuiltImage; readonly directory: string; readonly call: CallOptions };

async function exportLayout(docker: string, { image, directory, call }: Export): Promise<Digest> {
  await saveInto(docker, image.imageId, { directory, signal: call.signal }).catch((error) => {
    throw toExportError(error, call);
  });
  await rm(join(directory, 'manifest.json'), { force: true });
  const digest = await readLayoutDigest(directory);
  if (digest !== undefined) return digest;
  throw toExportError(new Error('the archive has no index.json'), call);
}

type Target = { readonly directory: string; readonly signal: AbortSignal | undefined };

/** Unpacks an image's archive while it is being written. The first of the two that fails is the cause. */
async function saveInto(docker: string, imageId: Digest, { directory, signal }: Target): Promise<void> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const save = startProcess(planSave(docker, imageId), { signal: either });
  const unpack = startProcess(planUnpack(directory), { signal: either });
  const causes: unknown[] = [];
  const note = (error: unknown) => {
    causes.push(error);
    stop.abort();
  };
  save.stdin.end();
  unpack.stdout.resume();
  save.stdout.pipe(unpack.stdin);
  // tar ends at the archive's end mark, before the padding behind it.
  unpack.stdin.on('error', () => save.stdout.resume());
  await Promise.all([save.done.catch(note), unpack.done.catch(note)]);
  if (causes.length > 0) throw causes[0];
}

function toExportError(error: unknown, { signal }: CallOptions): AppError {
  if (isAppError(error, 'EXEC_NOT_FOUND') || (isAppError(error, 'CANCELLED') && signal?.aborted))
    return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('ENGINE_EXPORT_FAILED', `docker could not export the image: ${reason}`, {
    hint: /no space|ENOSPC/i.test(reason) ? 'free disk space in the cache folder' : 'build again',
    cause: error,
  });
}

async function findTagged(
  docker: string,
  reference: string,
  call: CallOptions = {},
): Promise<Digest | undefined> {
  const { exitCode, stdout } = await run(planInspect(docker, reference), {
    signal: call.signal,
    acceptExitCodes: [0, 1],
  });
  const imageId = stdout.trim();
  return exitCode === 0 && isDigest(imageId) ? imageId : undefined;
}
