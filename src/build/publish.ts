import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuiltImage } from '../engine/port.ts';
import type { Digest } from '../oci/digest.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { BuildRunOptions } from './options.ts';
import type { BuildDependencies, PendingSif } from './ports.ts';
import type { PublishContext } from './publish-context.ts';
import type { BuildResult } from './result.ts';
import { testImage } from './test-image.ts';

export type Published = Pick<BuildResult, 'imageReference' | 'manifestDigest' | 'sif'>;

/**
 * Makes a built image available: the step's tests, SIF under a temporary name, push, local name, and last the SIF's own
 * name. What was published from the same image before, with the same settings, is left as it is.
 */
export async function publish(
  image: BuiltImage,
  recipe: Recipe,
  context: PublishContext,
): Promise<Published> {
  const imageReference = formatReference(recipe, context.deps);
  const earlier = wantsPush(context)
    ? undefined
    : await findPublished(image, imageReference, recipe, context);
  if (earlier !== undefined) {
    context.stages.runCached('publish', 'Unchanged since it was published');
    return { imageReference, ...earlier };
  }
  const layout = join(context.workspace.directory, 'layout');
  const layoutDigest = await exportImage(image, layout, context);
  await testImage({ image, layout, manifestDigest: layoutDigest }, context);
  const pending =
    context.request.machine.imageFormat === 'sif' ? await convert(layout, recipe, context) : undefined;
  try {
    const manifestDigest = (await push(layout, imageReference, context)) ?? layoutDigest;
    await giveNames(image, imageReference, { pending, context });
    const sif = pending && { path: pending.path, sha256: pending.sha256, sizeBytes: pending.sizeBytes };
    if (sif)
      await context.deps.artifacts.record(artifactKey(image, sif.path, context), { ...sif, manifestDigest });
    return { imageReference, manifestDigest, ...(sif && { sif }) };
  } catch (error) {
    await pending?.discard();
    throw error;
  }
}

function exportImage(
  image: BuiltImage,
  layout: string,
  { deps, options, stages }: PublishContext,
): Promise<Digest> {
  return stages.run('export', 'Export the image', async () => {
    await mkdir(layout);
    return deps.engine.exportLayout(image, layout, { signal: options.signal });
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
      onProgress: (current, total) =>
        stages.emit({ kind: 'progress', stage: 'convert', current, total, unit: 'bytes' }),
    });
    for (const message of pending.warnings) stages.emit({ kind: 'warning', message });
    return pending;
  });
}

/** Answers undefined when the image stays on this machine. */
async function push(layout: string, reference: string, context: PublishContext): Promise<Digest | undefined> {
  const { deps, options, stages } = context;
  const { registry } = deps;
  if (registry === undefined || !wantsPush(context)) return undefined;
  return stages.run('push', `Push ${reference}`, () =>
    registry.push(layout, reference, {
      signal: options.signal,
      onLine: (line) => stages.emit({ kind: 'log', stage: 'push', line, stream: 'stdout' }),
    }),
  );
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
  recipe: Recipe,
  context: PublishContext,
): Promise<Omit<Published, 'imageReference'> | undefined> {
  const { deps, options, request } = context;
  if (request.machine.imageFormat !== 'sif') return undefined;
  const artifact = await deps.artifacts.find(artifactKey(image, sifPath(recipe, options), context));
  if (artifact === undefined || (await deps.engine.findTagged(reference)) !== image.imageId) return undefined;
  const { path, sha256, sizeBytes, manifestDigest } = artifact;
  return { manifestDigest, sif: { path, sha256, sizeBytes } };
}

function artifactKey(image: BuiltImage, path: string, { deps }: PublishContext) {
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
