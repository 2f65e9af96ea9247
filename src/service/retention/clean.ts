import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildFolders } from '../build-folder.ts';
import { logFiles } from '../log/log-entry.ts';
import { chooseExpired, type Limits } from './choose.ts';
import { findOrphanFiles, findOrphanFolders, sizeOf } from './leftovers.ts';
import type { EndedBuild, PublishedImage, RetentionStore } from './ports.ts';

/** What something was that goes. */
export const removalKinds = ['build', 'log', 'image', 'leftover', 'engine-image'] as const;
export type RemovalKind = (typeof removalKinds)[number];

export type Removal = { readonly kind: RemovalKind; readonly name: string; readonly sizeBytes: number };

export type RetentionRules = {
  readonly builds: Limits;
  readonly logs: Limits;
  readonly sifs: Limits;
  readonly engineCache: Limits;
};

/** An image that only CIC has a name for, in the store of the engine. */
export type EngineImage = {
  /** 64 hex digits. */
  readonly id: string;
  readonly names: readonly string[];
  /** When it was used last. */
  readonly at: Date;
  readonly sizeBytes: number;
};

export type RetentionDependencies = {
  readonly store: RetentionStore;
  readonly rules: RetentionRules;
  readonly folders: BuildFolders;
  readonly buildsDirectory: string;
  readonly imagesDirectory: string;
  readonly engineImages: {
    list(): Promise<readonly EngineImage[]>;
    /** Answers false for one that is in use. */
    remove(image: EngineImage): Promise<boolean>;
  };
  readonly now: Date;
  /** Only says what would go. */
  readonly dryRun: boolean;
  readonly onRemoval: (removal: Removal) => void;
};

/**
 * Removes what the rules let go, and what crashes have left. What waits or runs is never touched, and who downloads a
 * file keeps it to its end: the name goes, the open file stays.
 *
 * @returns False when another process does the same at the moment.
 */
export async function cleanUp(deps: RetentionDependencies): Promise<boolean> {
  const done = await deps.store.exclusively(async () => {
    await cleanImages(deps);
    await cleanBuilds(deps);
    await cleanLogs(deps);
    await cleanLeftovers(deps);
    await cleanEngine(deps);
    return true;
  });
  return done ?? false;
}

/** Before the builds: one whose image has gone can go itself. */
async function cleanImages(deps: RetentionDependencies): Promise<void> {
  const images = (await deps.store.listImages()).filter(({ isInFlight }) => !isInFlight);
  const candidates = images.map((image) => ({
    image,
    at: image.publishedAt,
    sizeBytes: image.sif?.sizeBytes ?? 0,
  }));
  for (const { image, sizeBytes } of chooseExpired(candidates, deps.rules.sifs, deps.now)) {
    const isRemoved = deps.dryRun || (await removeImage(image, deps));
    const name = image.sif?.filename ?? image.reference;
    if (isRemoved) deps.onRemoval({ kind: 'image', name, sizeBytes });
  }
}

async function removeImage(image: PublishedImage, deps: RetentionDependencies): Promise<boolean> {
  if (!(await deps.store.removeImage(image))) return false;
  if (image.sif === null) return true;
  const path = join(deps.imagesDirectory, image.sif.filename);
  const found = await stat(path).catch(() => undefined);
  // A build that nobody knew of has just put a new file there.
  if (found === undefined || found.ctimeMs > image.publishedAt.getTime() + 60_000) return true;
  const stem = path.replace(/\.sif$/, '');
  for (const file of [path, `${stem}.spdx.json`, `${stem}.provenance.json`, `${stem}.spack.lock`])
    await rm(file, { force: true });
  return true;
}

async function cleanBuilds(deps: RetentionDependencies): Promise<void> {
  const builds = (await deps.store.listEndedBuilds()).filter(({ hasImage }) => !hasImage);
  const candidates = builds.map(({ id, finishedAt }) => ({ id, at: finishedAt, sizeBytes: 0 }));
  for (const { id } of chooseExpired(candidates, deps.rules.builds, deps.now)) {
    const folder = deps.folders.ofBuild(id);
    const sizeBytes = await sizeOf(folder);
    if (!deps.dryRun) {
      if (!(await deps.store.removeBuild(id))) continue;
      await rm(folder, { recursive: true, force: true });
    }
    deps.onRemoval({ kind: 'build', name: id, sizeBytes });
  }
}

async function cleanLogs(deps: RetentionDependencies): Promise<void> {
  const { days, totalBytes } = deps.rules.logs;
  if (days === undefined && totalBytes === undefined) return;
  const candidates = await Promise.all(
    (await deps.store.listEndedBuilds()).map((build) => toLog(build, deps)),
  );
  const logs = candidates.filter(({ sizeBytes }) => sizeBytes > 0);
  for (const { id, files, sizeBytes } of chooseExpired(logs, deps.rules.logs, deps.now)) {
    if (!deps.dryRun) for (const file of files) await rm(file, { force: true });
    deps.onRemoval({ kind: 'log', name: id, sizeBytes });
  }
}

async function toLog({ id, finishedAt }: EndedBuild, { folders }: RetentionDependencies) {
  const files = Object.values(logFiles).map((name) => join(folders.ofBuild(id), name));
  const sizes = await Promise.all(files.map(sizeOf));
  return { id, files, at: finishedAt, sizeBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function cleanLeftovers(deps: RetentionDependencies): Promise<void> {
  const { store, imagesDirectory, buildsDirectory, now } = deps;
  const known = (await store.listImages()).flatMap(({ sif }) => (sif === null ? [] : [sif.filename]));
  const leftovers = [
    ...(await findOrphanFiles(imagesDirectory, new Set(known), now)),
    ...(await findOrphanFolders(buildsDirectory, await store.listBuildIds(), now)),
  ];
  for (const { path, name, sizeBytes } of leftovers) {
    if (!deps.dryRun) await rm(path, { recursive: true, force: true });
    deps.onRemoval({ kind: 'leftover', name, sizeBytes });
  }
}

async function cleanEngine({ rules, engineImages, ...deps }: RetentionDependencies): Promise<void> {
  const { days, totalBytes } = rules.engineCache;
  if (days === undefined && totalBytes === undefined) return;
  for (const image of chooseExpired(await engineImages.list(), rules.engineCache, deps.now)) {
    const isRemoved = deps.dryRun || (await engineImages.remove(image));
    const name = image.names[0] ?? image.id;
    if (isRemoved) deps.onRemoval({ kind: 'engine-image', name, sizeBytes: image.sizeBytes });
  }
}
