import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../exec/run.ts';
import type { ImageManifest } from '../../oci/descriptor.ts';
import { type Digest, digestHex, digestOf } from '../../oci/digest.ts';
import type { ExternalLayer, ExternalLayers } from '../../oci/external-layers.ts';
import type { ImageConfig } from '../../oci/image-config.ts';
import type { CallOptions } from '../port.ts';
import { type BuildahSettings, planInspectImage } from './commands.ts';
import { findStore, type Store } from './store.ts';

/** An image as it lies in buildah's store, with layers that can be read there. */
export type StoredImage = {
  /** The documents exactly as stored. */
  readonly manifest: string;
  readonly config: string;
  readonly layers: ExternalLayers;
};

type InspectedImage = { readonly Manifest: string; readonly Config: string };

type ImageRecord = { readonly id: string; readonly layer?: string };

type LayerRecord = { readonly id: string; readonly parent?: string; readonly 'diff-digest'?: string };

/**
 * Finds an image's layers in buildah's store. Undefined where they cannot be read there as they are: another
 * storage driver, files that belong to other users or are stored by their content (composefs), a layer that came
 * without its tar headers, or a manifest that lists them compressed.
 *
 * @throws EXEC_FAILED - there is no such image
 * @see github.com/containers/storage, docs/containers-storage.md; layers.go and images.go for the records
 */
export async function findStoredImage(
  settings: BuildahSettings,
  imageId: Digest,
  call: CallOptions = {},
): Promise<StoredImage | undefined> {
  const { stdout } = await run(planInspectImage(settings, imageId), { signal: call.signal });
  const { Manifest: manifest, Config: config } = JSON.parse(stdout) as InspectedImage;
  if (process.getuid?.() !== 0 || digestOf(config) !== imageId) return undefined;
  const layers = await findLayers(await findStore(settings, call), imageId);
  const wanted = (JSON.parse(manifest) as ImageManifest).layers.map(({ digest }) => digest);
  const contents = (JSON.parse(config) as ImageConfig).rootfs.diff_ids;
  const isComplete =
    layers !== undefined &&
    wanted.length === contents.length &&
    wanted.every((digest, index) => digest === contents[index]);
  return isComplete && wanted.every((digest) => layers.has(digest))
    ? { manifest, config, layers }
    : undefined;
}

async function findLayers({ root, driver }: Store, imageId: Digest): Promise<ExternalLayers | undefined> {
  if (driver !== 'overlay') return undefined;
  const images = await readRecords<ImageRecord>(join(root, 'overlay-images', 'images.json'));
  const records = new Map(
    (await readRecords<LayerRecord>(join(root, 'overlay-layers', 'layers.json'))).map((record) => [
      record.id,
      record,
    ]),
  );
  const layers = new Map<Digest, ExternalLayer>();
  let id = images.find((image) => image.id === digestHex(imageId))?.layer;
  while (id !== undefined && id !== '') {
    const record = records.get(id);
    const layer = await findLayer(root, id);
    if (record?.['diff-digest'] === undefined || layer === undefined) return undefined;
    layers.set(record['diff-digest'] as Digest, layer);
    id = record.parent;
  }
  return layers;
}

async function findLayer(root: string, id: string): Promise<ExternalLayer | undefined> {
  const tarSplit = join(root, 'overlay-layers', `${id}.tar-split.gz`);
  const folder = join(root, 'overlay', id, 'diff');
  const isThere = (await exists(tarSplit)) && (await exists(folder));
  const isComposed = await exists(join(root, 'overlay', id, 'composefs-data'));
  return isThere && !isComposed ? { tarSplit, folder } : undefined;
}

/** None where this version of containers-storage keeps them elsewhere. */
async function readRecords<T>(path: string): Promise<readonly T[]> {
  return JSON.parse(await readFile(path, 'utf8').catch(() => '[]')) as T[];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
