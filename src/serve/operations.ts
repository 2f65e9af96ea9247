import { statfs } from 'node:fs/promises';
import { createEngines } from '../app.ts';
import type { Config } from '../config/config.ts';
import { selectEngine } from '../engine/select-engine.ts';
import type { Operations, StorageFigures } from '../service/operations.ts';
import type { Removal } from '../service/retention/clean.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { DataFolder } from './data-folder.ts';
import { applyRetention } from './retention.ts';

/** Engines that do not answer have their images left out. */
const engineMs = 20_000;

export type OperationsSources = {
  readonly config: Config;
  /** The complete configuration as text, with secrets masked. */
  readonly settings: string;
  readonly data: Pick<DataFolder, 'root' | 'images' | 'builds'>;
  readonly storage: Pick<Storage, 'measure' | 'retention'>;
};

export function createOperations({ config, settings, data, storage }: OperationsSources): Operations {
  let planning: Promise<readonly Removal[] | null> | undefined;
  return {
    concurrency: config.service.concurrency,
    async measure(): Promise<StorageFigures> {
      const [{ images, oldestQueuedAt }, disk] = await Promise.all([storage.measure(), statfs(data.root)]);
      const toBytes = (blocks: number) => blocks * disk.bsize;
      // `bavail`: what is left for others than root.
      return {
        images,
        oldestQueuedAt,
        disk: { totalBytes: toBytes(disk.blocks), freeBytes: toBytes(disk.bavail) },
      };
    },
    formatSettings: () => settings,
    planRetention() {
      // It looks at every file: who asks meanwhile gets the same.
      planning ??= planRetention({ config, data, storage }).finally(() => {
        planning = undefined;
      });
      return planning;
    },
  };
}

async function planRetention({
  config,
  data,
  storage,
}: Omit<OperationsSources, 'settings'>): Promise<readonly Removal[] | null> {
  const removals: Removal[] = [];
  const isDone = await applyRetention({
    config,
    store: storage.retention,
    findEngine: () =>
      selectEngine(config.engine.kind, createEngines(config), {
        signal: AbortSignal.timeout(engineMs),
      }).catch(() => undefined),
    images: data.images,
    builds: data.builds,
    dryRun: true,
    onRemoval: (removal) => removals.push(removal),
  });
  return isDone ? removals : null;
}
