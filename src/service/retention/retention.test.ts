import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBuildFolders } from '../build-folder.ts';
import { chooseExpired } from './choose.ts';
import { cleanUp, type Removal, type RetentionDependencies } from './clean.ts';
import type { EndedBuild, PublishedImage } from './ports.ts';

const dayMs = 24 * 3600 * 1000;
// Files of the tests are made long before.
const now = new Date(Date.now() + 1000 * dayMs);
const daysAgo = (days: number) => new Date(now.getTime() - days * dayMs);
const id = (digit: number) => `0000000${digit}-0000-4000-8000-000000000000`;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cic-retention-'));
  await mkdir(join(root, 'images'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

type World = { readonly builds?: readonly EndedBuild[]; readonly images?: readonly PublishedImage[] };

async function clean(world: World, rules: Partial<RetentionDependencies['rules']>, dryRun = false) {
  const removals: Removal[] = [];
  let { builds = [], images = [] } = world;
  const folders = createBuildFolders(join(root, 'builds'));
  for (const build of builds) {
    await mkdir(folders.ofBuild(build.id), { recursive: true });
    await writeFile(join(folders.ofBuild(build.id), 'build.log'), 'x'.repeat(100));
  }
  for (const { sif } of images) if (sif) await writeFile(join(root, 'images', sif.filename), 'sif');
  await cleanUp({
    store: {
      exclusively: (work) => work(),
      listEndedBuilds: async () => builds,
      listBuildIds: async () => new Set(builds.map((build) => build.id)),
      listImages: async () => images,
      removeBuild: async (gone) => {
        builds = builds.filter((build) => build.id !== gone);
        return true;
      },
      removeImage: async (gone) => {
        images = images.filter((image) => image.id !== gone.id);
        return true;
      },
    },
    rules: { builds: {}, logs: {}, sifs: {}, engineCache: {}, ...rules },
    folders,
    buildsDirectory: join(root, 'builds'),
    imagesDirectory: join(root, 'images'),
    engineImages: { list: async () => [], remove: async () => false },
    now,
    dryRun,
    onRemoval: (removal) => removals.push(removal),
  });
  return removals.map(({ kind, name }) => `${kind} ${name}`);
}

const ended = (digit: number, days: number, hasImage = false): EndedBuild => ({
  id: id(digit),
  finishedAt: daysAgo(days),
  hasImage,
});

const image = (digit: number, days: number, isInFlight = false): PublishedImage => ({
  id: id(digit),
  reference: `i${digit}:latest`,
  sif: { filename: `i${digit}.sif`, sizeBytes: 1000 },
  publishedAt: daysAgo(days),
  isInFlight,
});

test('the newest stay within number and bytes; age counts for each', () => {
  const items = [1, 2, 3, 4].map((days) => ({ days, at: daysAgo(days), sizeBytes: 10 }));
  const gone = (limits: Parameters<typeof chooseExpired>[1]) =>
    chooseExpired(items, limits, now).map(({ days }) => days);
  expect(gone({})).toEqual([]);
  expect(gone({ days: 2.5 })).toEqual([3, 4]);
  expect(gone({ count: 3 })).toEqual([4]);
  expect(gone({ totalBytes: 20 })).toEqual([3, 4]);
  expect(gone({ totalBytes: 9 })).toEqual([1, 2, 3, 4]);
});

test('without limits nothing goes', async () => {
  expect(await clean({ builds: [ended(1, 999)], images: [image(1, 999)] }, {})).toEqual([]);
});

test('old builds go with their folders, unless their image is published', async () => {
  const builds = [ended(1, 5), ended(2, 40), ended(3, 40, true)];
  expect(await clean({ builds }, { builds: { days: 30 } })).toEqual([`build ${id(2)}`]);
  expect(await readdir(join(root, 'builds'))).toEqual([id(1), id(3)]);
});

test('logs go, their builds stay', async () => {
  const builds = [ended(1, 1), ended(2, 2)];
  expect(await clean({ builds }, { logs: { totalBytes: 150 } })).toEqual([`log ${id(2)}`]);
  expect(await readdir(join(root, 'builds', id(2)))).toEqual([]);
});

test('an image that a build is about to replace stays', async () => {
  const images = [image(1, 40), image(2, 40, true), image(3, 1)];
  expect(await clean({ images }, { sifs: { days: 30 } })).toEqual(['image i1.sif']);
});

test('a dry run removes nothing', async () => {
  const world = { builds: [ended(1, 40)], images: [image(1, 40)] };
  const limits = { days: 30 };
  const removals = await clean(world, { builds: limits, logs: limits, sifs: limits }, true);
  expect(removals).toEqual(['image i1.sif', `build ${id(1)}`, `log ${id(1)}`]);
  expect(await readdir(join(root, 'images'))).toEqual(['i1.sif']);
  expect(await readdir(join(root, 'builds', id(1)))).toEqual(['build.log']);
});

test('what crashes have left goes after a day; what belongs to an image or to nobody known stays', async () => {
  await writeFile(join(root, 'images', '.old.sif.123-abcd.partial'), '');
  await writeFile(join(root, 'images', 'nobody.sif'), '');
  await writeFile(join(root, 'images', 'i1.spdx.json'), '');
  await writeFile(join(root, 'images', 'README'), '');
  await mkdir(join(root, 'builds', id(7)), { recursive: true });
  expect((await clean({ images: [image(1, 1)] }, {})).sort()).toEqual([
    'leftover .old.sif.123-abcd.partial',
    `leftover ${id(7)}`,
    'leftover nobody.sif',
  ]);
  expect((await readdir(join(root, 'images'))).sort()).toEqual(['README', 'i1.sif', 'i1.spdx.json']);
});
