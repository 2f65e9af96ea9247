import { mkdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Artifact, ArtifactKey } from '../artifact/artifact.ts';
import type { BuiltImage } from '../engine/port.ts';
import { isAppError } from '../errors/app-error.ts';
import type { Digest } from '../oci/digest.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { byPercent } from './by-percent.ts';
import type { BuildRunOptions } from './options.ts';
import type { BuildDependencies, PendingSif } from './ports.ts';
import type { PublishContext } from './publish-context.ts';
import type { BuildResult } from './result.ts';
import { testImage } from './test-image.ts';

/** What was published, and what is known about it. */
export type Publication = {
  readonly result: Pick<BuildResult, 'imageReference' | 'manifestDigest' | 'sif'>;
  readonly isPushed: boolean;
  /** The image as an OCI layout; absent where an earlier publication still holds. */
  readonly layout?: string;
  /** What is remembered of the SIF. */
  readonly record?: { readonly key: ArtifactKey; readonly artifact: Artifact };
};

/**
 * Makes a built image available: the step's tests, SIF under a temporary name, push, local name, and last the SIF's own
 * name. What was published from the same image before, with the same settings, is left as it is, also in the registry.
 */
export async function publish(
  image: BuiltImage,
  recipe: Recipe,
  context: PublishContext,
): Promise<Publication> {
  const imageReference = formatReference(recipe, context.deps);
  const key = artifactKey(image, sifPath(recipe, context.options), context);
  const earlier = await findPublished(image, imageReference, key, context);
  if (earlier !== undefined) {
    context.stages.runCached('publish', 'Unchanged since it was published');
    const { path, sha256, sizeBytes, manifestDigest } = earlier;
    const result = { imageReference, manifestDigest, sif: { path, sha256, sizeBytes } };
    return { result, isPushed: false, record: { key, artifact: earlier } };
  }
  const { layout, digest } = await exportImage(image, context);
  await testImage({ image, layout, manifestDigest: digest }, context);
  const pending =
    context.request.machine.imageFormat === 'sif' ? await convert(layout, recipe, context) : undefined;
  try {
    const pushed = await push(layout, imageReference, { pending, context });
    const manifestDigest = pushed ?? digest;
    await giveNames(image, imageReference, { pending, context });
    const published = { layout, isPushed: pushed !== undefined };
    if (pending === undefined) return { result: { imageReference, manifestDigest }, ...published };
    const sif = { path: pending.path, sha256: pending.sha256, sizeBytes: pending.sizeBytes };
    const artifact = { ...sif, manifestDigest };
    await context.deps.artifacts.record(key, artifact);
    return { result: { imageReference, manifestDigest, sif }, ...published, record: { key, artifact } };
  } catch (error) {
    await pending?.discard();
    throw error;
  }
}

/** Writes the image into the workspace as an OCI layout; what is pushed needs the layers themselves. */
export function exportImage(
  image: BuiltImage,
  context: PublishContext,
): Promise<{ readonly layout: string; readonly digest: Digest }> {
  const { deps, options, stages, workspace } = context;
  const layout = join(workspace.directory, 'layout');
  return stages.run('export', 'Export the image', async () => {
    await mkdir(layout);
    const call = { signal: options.signal, inPlace: !wantsPush(context) };
    return { layout, digest: await deps.engine.exportLayout(image, layout, call) };
  });
}

function convert(
  layout: string,
  recipe: Recipe,
  { deps, options, stages }: PublishContext,
): Promise<PendingSif> {
  return stages.run('convert', `Convert to ${recipe.names.sifFilename}`, async () => {
    await mkdir(options.outputDirectory, { recursive: true });
    const pending = await deps.converter.convert(layout, sifPath(recipe, options), {
      signal: options.signal,
      onProgress: byPercent((current, total) =>
        stages.emit({ kind: 'progress', stage: 'convert', current, total, unit: 'bytes' }),
      ),
    });
    for (const message of pending.warnings) stages.emit({ kind: 'warning', message });
    return pending;
  });
}

/** Answers undefined when the image stays on this machine. */
async function push(
  layout: string,
  reference: string,
  { pending, context }: Names,
): Promise<Digest | undefined> {
  const { deps, options, stages } = context;
  const { registry } = deps;
  if (registry === undefined || !wantsPush(context)) return undefined;
  const { signal } = options;
  const onLine = (line: string) => stages.emit({ kind: 'log', stage: 'push', line, stream: 'stdout' });
  return stages.run('push', `Push ${reference}`, async () => {
    const digest = await registry.push(layout, reference, { signal, onLine });
    if (pending !== undefined && registry.pushSif !== undefined) {
      const { partialPath, path, sizeBytes, sha256 } = pending;
      const sif = { path: partialPath, filename: basename(path), sizeBytes, sha256 };
      onLine(`the SIF file is ${await registry.pushSif(sif, reference, { signal })}`);
    }
    return digest;
  });
}

type Names = { readonly pending: PendingSif | undefined; readonly context: PublishContext };

function giveNames(image: BuiltImage, reference: string, { pending, context }: Names): Promise<void> {
  return context.stages.run('publish', 'Publish', async () => {
    await context.deps.engine.tag(image, reference, { signal: context.options.signal });
    await pending?.publish();
  });
}

async function findPublished(
  image: BuiltImage,
  reference: string,
  key: ArtifactKey,
  context: PublishContext,
): Promise<Artifact | undefined> {
  const { deps, request } = context;
  if (request.machine.imageFormat !== 'sif') return undefined;
  const artifact = await deps.artifacts.find(key);
  if (artifact === undefined || (await deps.engine.findTagged(reference)) !== image.imageId) return undefined;
  return !wantsPush(context) || (await isInRegistry(artifact, reference, context)) ? artifact : undefined;
}

/** Asking costs a request, pushing an export of the whole image first. Why it cannot be asked, the push will tell. */
async function isInRegistry(
  { path, sizeBytes, sha256, manifestDigest }: Artifact,
  reference: string,
  { deps: { registry }, options: { signal } }: PublishContext,
): Promise<boolean> {
  if (registry === undefined) return false;
  try {
    if (!(await registry.isPushed(reference, manifestDigest, { signal }))) return false;
    await registry.pushSif?.({ path, filename: basename(path), sizeBytes, sha256 }, reference, { signal });
    return true;
  } catch (error) {
    if (isAppError(error, 'REGISTRY_PUSH_FAILED')) return false;
    throw error;
  }
}

function artifactKey(image: BuiltImage, path: string, { deps }: PublishContext): ArtifactKey {
  return { imageId: image.imageId, settings: deps.converter.settings, path };
}

function wantsPush({ request, deps }: PublishContext): boolean {
  return deps.registry !== undefined && (request.push ?? true);
}

function formatReference({ names }: Recipe, { registry }: BuildDependencies): string {
  const name = `${names.repository}:${names.tag}`;
  return registry === undefined ? name : `${registry.prefix}/${name}`;
}

function sifPath(recipe: Recipe, options: BuildRunOptions): string {
  return resolve(options.outputDirectory, recipe.names.sifFilename);
}
