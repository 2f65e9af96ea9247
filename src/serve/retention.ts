import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { createImageCache } from '../engine/cache/cached-images.ts';
import { createImageUses } from '../engine/cache/uses.ts';
import type { Engine } from '../engine/port.ts';
import { createBuildFolders } from '../service/build-folder.ts';
import { cleanUp, type Removal, type RetentionDependencies } from '../service/retention/clean.ts';
import type { RetentionStore } from '../service/retention/ports.ts';

export type RetentionRun = {
  readonly config: Config;
  readonly store: RetentionStore;
  /** Answers undefined where no engine can be used: its images stay. */
  readonly findEngine: () => Promise<Pick<Engine, 'kind'> | undefined>;
  readonly images: string;
  readonly builds: string;
  readonly dryRun: boolean;
  readonly onRemoval: (removal: Removal) => void;
};

/** Applies `service.retention` once. @returns False when another process does so at the moment. */
export function applyRetention(run: RetentionRun): Promise<boolean> {
  return cleanUp({
    store: run.store,
    rules: run.config.service.retention,
    folders: createBuildFolders(run.builds),
    buildsDirectory: run.builds,
    imagesDirectory: run.images,
    engineImages: createEngineImages(run),
    now: new Date(),
    dryRun: run.dryRun,
    onRemoval: run.onRemoval,
  });
}

function createEngineImages({ config, findEngine }: RetentionRun): RetentionDependencies['engineImages'] {
  const { cache: cacheFolder } = config.directories;
  const uses = createImageUses(join(cacheFolder, 'engine-uses'));
  const open = async () => {
    const engine = await findEngine();
    return engine && createImageCache(engine.kind, config.engine.buildah, join(cacheFolder, 'bases'));
  };
  const keysOf = (id: string, names: readonly string[]) => [
    id,
    ...names.map((name) => name.slice(name.lastIndexOf(':') + 1)),
  ];
  const lastUse = async (keys: readonly string[]): Promise<Date> => {
    const found = (await Promise.all(keys.map((key) => uses.lastUse(key)))).filter((at) => at !== undefined);
    if (found.length > 0) return new Date(Math.max(...found));
    // Seen for the first time: its days begin now.
    for (const key of keys.slice(0, 1)) await uses.record(key);
    return new Date();
  };
  return {
    async list() {
      const images = (await (await open())?.list()) ?? [];
      return Promise.all(
        images.map(async (image) => ({
          ...image,
          at: image.isDamaged ? new Date(0) : await lastUse(keysOf(image.id, image.names)),
        })),
      );
    },
    async remove(image) {
      const isRemoved = (await (await open())?.remove(image)) ?? false;
      if (isRemoved) await Promise.all(keysOf(image.id, image.names).map((key) => uses.forget(key)));
      return isRemoved;
    },
  };
}
