import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import type { ImageIndex, ImageManifest } from '../oci/descriptor.ts';
import { type Digest, digestHex } from '../oci/digest.ts';
import type { ResolvedBase } from '../recipe/base-image.ts';
import type { ImageRecipe, RecipeInstruction } from '../recipe/recipe.ts';
import type { EngineEvent } from './events.ts';
import type { BuildOptions, BuiltImage, Engine } from './port.ts';

/** Base images are slow to make: every suite takes them from here. */
export const testCacheDirectory = process.env['CIC_TEST_CACHE'] ?? '/var/cache/cic-test';

export type RecipeParts = Partial<
  Pick<ImageRecipe, 'contexts' | 'images' | 'generatedFiles' | 'platform'>
> & {
  /** What follows `FROM cic-base`, each with its stage. */
  readonly instructions: readonly (readonly [RecipeInstruction['stage'], string])[];
};

/** A small recipe by hand; the planner is not under test here. */
export function makeRecipe(base: ResolvedBase, parts: RecipeParts): ImageRecipe {
  const all = [['base', 'FROM cic-base'] as const, ...parts.instructions];
  const dockerfile = all.map(([, text]) => `${text}\n`).join('');
  return {
    platform: parts.platform ?? { os: 'linux', architecture: 'amd64' },
    base,
    instructions: all.map(([stage, text]) => ({ stage, text })),
    dockerfile,
    generatedFiles: parts.generatedFiles ?? [],
    contexts: parts.contexts ?? {},
    ...(parts.images && { images: parts.images }),
  };
}

/** Makes an instruction that no cache can know. */
export function fresh(script: string): string {
  return `RUN : ${Date.now()}-${process.pid}-${counter++}; ${script}`;
}

let counter = 0;

export type ObservedBuild = { readonly image: BuiltImage; readonly events: readonly EngineEvent[] };

export async function observeBuild(
  engine: Engine,
  recipe: ImageRecipe,
  options: BuildOptions = {},
): Promise<ObservedBuild> {
  const events: EngineEvent[] = [];
  const image = await engine.build(recipe, {
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { image, events };
}

/** The lines that a stage printed, in order. */
export function linesOf(events: readonly EngineEvent[], stage: string): string[] {
  return events.flatMap((event) => (event.kind === 'log' && event.stage === stage ? [event.line] : []));
}

/** The stages of which there is an event of this kind, in order. */
export function stagesOf(events: readonly EngineEvent[], kind: EngineEvent['kind']): string[] {
  return events.flatMap((event) => (event.kind === kind && 'stage' in event ? [event.stage] : []));
}

export type ExportedImage = {
  readonly digest: Digest;
  readonly manifest: ImageManifest;
  /** Text of the image config: environment, labels, history. */
  readonly config: string;
  /** Blobs that are not what their name says, or that no descriptor names. */
  readonly wrongBlobs: readonly string[];
  /** The layers above the base's, uncompressed. */
  readonly ownLayers: readonly Buffer[];
};

/** Exports an image and reads everything that a receiver would get. */
export async function exportImage(engine: Engine, image: BuiltImage): Promise<ExportedImage> {
  const directory = await mkdtemp(join(tmpdir(), 'cic-contract-'));
  try {
    const digest = await engine.exportLayout(image, directory);
    const blobs = join(directory, 'blobs', 'sha256');
    const read = (name: Digest) => readFile(join(blobs, digestHex(name)));
    const index = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8')) as ImageIndex;
    const manifest = JSON.parse((await read(digest)).toString()) as ImageManifest;
    const known = [...index.manifests, manifest.config, ...manifest.layers];
    return {
      digest,
      manifest,
      config: (await read(manifest.config.digest)).toString(),
      wrongBlobs: await findWrongBlobs(blobs, known),
      ownLayers: await Promise.all(
        manifest.layers.slice(1).map(async (layer) => decompress(await read(layer.digest))),
      ),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Paths of all entries of a layer, without a leading `./` or a trailing slash. */
export async function listLayer(layer: Buffer): Promise<string[]> {
  const names: string[] = [];
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    names.push(header.name.replace(/^\.\//, '').replace(/\/$/, ''));
    stream.on('end', next).resume();
  });
  reader.end(layer);
  await finished(reader);
  return names;
}

/** Command lines of all living processes that hold a text. */
export async function findProcesses(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => line.includes(text));
}

async function findWrongBlobs(blobs: string, known: ImageManifest['layers']): Promise<string[]> {
  const names = await readdir(blobs);
  const wrong = await Promise.all(
    names.map(async (name) => {
      const content = await readFile(join(blobs, name));
      const descriptor = known.find(({ digest }) => digestHex(digest) === name);
      const isRight = createHash('sha256').update(content).digest('hex') === name;
      return isRight && descriptor?.size === content.length ? [] : [name];
    }),
  );
  const missing = known.map(({ digest }) => digestHex(digest)).filter((name) => !names.includes(name));
  return [...wrong.flat(), ...missing];
}

function decompress(layer: Buffer): Buffer {
  return layer[0] === 0x1f && layer[1] === 0x8b ? gunzipSync(layer) : layer;
}
