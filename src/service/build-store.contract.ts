import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BuildProduct } from './build-record.ts';
import type { BuildStore, Change, ChangeFeed, Claim, ImageStore, NewBuild } from './ports.ts';

/** What a suite on {@link BuildStore} and its neighbours works with; empty at the beginning of each test. */
export type StoreUnderTest = {
  readonly builds: BuildStore;
  readonly images: ImageStore;
  readonly changes: ChangeFeed;
  addUser(name: string): Promise<string>;
};

const limits = { queued: 1000, storedBytes: Number.MAX_SAFE_INTEGER };
const worker = randomUUID();

export function describeBuildStore(open: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest;
  let ownerId: string;

  beforeEach(async () => {
    store = await open();
    ownerId = await store.addUser('ada');
  });

  const submit = (change: Partial<NewBuild> = {}) => store.builds.submit(newBuild(ownerId, change), limits);

  describe('submit', () => {
    test('sixteen equal requests at the same moment make one build', async () => {
      const submissions = await Promise.all(Array.from({ length: 16 }, () => submit({ joinKey: 'same' })));
      expect(new Set(submissions.map(({ id }) => id)).size).toBe(1);
      expect(submissions.filter(({ isJoined }) => !isJoined)).toHaveLength(1);
      expect(await store.builds.list({}, { limit: 10 })).toHaveLength(1);
    });

    test('who joins a build owns it too', async () => {
      const { id } = await submit({ joinKey: 'same' });
      const other = await store.addUser('grace');
      expect(await submit({ joinKey: 'same', ownerId: other })).toEqual({ id, isJoined: true });
      expect(await store.builds.isOwner(id, other)).toBe(true);
      const owners = (await store.builds.listOwners([id])).get(id);
      expect(owners?.map(({ name }) => name)).toEqual(['ada', 'grace']);
      expect(await store.builds.list({ ownerId: other }, { limit: 10 })).toMatchObject([{ id }]);
    });

    test('a build that runs is joined, one that has ended is not', async () => {
      const first = await submit({ joinKey: 'same' });
      const claim = await claimOne(store, first.id);
      expect(await submit({ joinKey: 'same' })).toEqual({ id: first.id, isJoined: true });
      await store.builds.finish(claim, { state: 'succeeded', result: product() });
      expect(await submit({ joinKey: 'same' })).toMatchObject({ isJoined: false });
    });

    test('whether a request would join is known beforehand', async () => {
      expect(await store.builds.isInFlight('same')).toBe(false);
      const { id } = await submit({ joinKey: 'same' });
      expect(await store.builds.isInFlight('same')).toBe(true);
      await store.builds.finish(await claimOne(store, id), { state: 'succeeded', result: product() });
      expect(await store.builds.isInFlight('same')).toBe(false);
    });

    test('who joins in the moment that a build ends owns its image, or gets a build of their own', async () => {
      const other = await store.addUser('grace');
      for (let round = 0; round < 20; round += 1) {
        const first = await submit({ joinKey: `moment ${round}` });
        const claim = await claimOne(store, first.id);
        const [second] = await Promise.all([
          submit({ joinKey: `moment ${round}`, ownerId: other }),
          store.builds.finish(claim, { state: 'succeeded', result: product() }),
        ]);
        const [image] = await store.images.list({}, { limit: 1 });
        expect(await store.images.isOwner(image?.id ?? '', other)).toBe(second.isJoined);
      }
    });

    test('a build that only plans is told from others', async () => {
      const { id } = await submit({ isPlan: true });
      await submit();
      expect(await store.builds.find(id)).toMatchObject({ isPlan: true });
      expect(await store.builds.list({ isPlan: true }, { limit: 10 })).toMatchObject([{ id }]);
    });

    test('a build that is being cancelled is not joined', async () => {
      const first = await submit({ joinKey: 'same' });
      await claimOne(store, first.id);
      await store.builds.cancel(first.id);
      const second = await submit({ joinKey: 'same' });
      expect(second.isJoined).toBe(false);
      expect(await submit({ joinKey: 'same' })).toEqual({ id: second.id, isJoined: true });
    });

    test('a user has so many builds waiting and no more; joining costs none', async () => {
      const two = { ...limits, queued: 2 };
      await store.builds.submit(newBuild(ownerId, { joinKey: 'a' }), two);
      await store.builds.submit(newBuild(ownerId, { joinKey: 'b' }), two);
      await expect(store.builds.submit(newBuild(ownerId, { joinKey: 'c' }), two)).rejects.toMatchObject({
        code: 'QUOTA_EXCEEDED',
      });
      expect(await store.builds.list({}, { limit: 10 })).toHaveLength(2);
      expect(await store.builds.submit(newBuild(ownerId, { joinKey: 'a' }), two)).toMatchObject({
        isJoined: true,
      });
    });
  });

  describe('claim', () => {
    test('a claimed build is running, at its first phase and attempt', async () => {
      const { id } = await submit();
      const { attempt } = await claimOne(store, id);
      expect(attempt).toBe(1);
      expect(await store.builds.find(id)).toMatchObject({
        state: 'running',
        phase: 'resolving',
        attempt: 1,
        startedAt: expect.any(Date),
      });
    });

    test('the word of a worker whose claim has lapsed does not count', async () => {
      const { id } = await submit();
      const first = await claimOne(store, id);
      const second = await claimOne(store, id);
      expect(await store.builds.look(first)).toBe('lost');
      expect(await store.builds.setPhase(first, 'building')).toBe(false);
      expect(await store.builds.finish(first, { state: 'succeeded', result: product() })).toBe(false);
      await store.builds.release(first);
      expect(await store.builds.find(id)).toMatchObject({ state: 'running', phase: 'resolving' });
      expect(await store.images.list({}, { limit: 10 })).toEqual([]);
      expect(await store.builds.look(second)).toBe('held');
      expect(await store.builds.finish(second, { state: 'succeeded', result: product() })).toBe(true);
    });

    test('a build with which three workers have died is given up at the next', async () => {
      const { id } = await submit();
      for (let attempt = 1; attempt <= 4; attempt++)
        expect((await claimOne(store, id)).attempt).toBe(attempt);
      expect(await store.builds.claim(id, { maxCrashes: 3, worker })).toEqual({ kind: 'gone' });
      expect(await store.builds.find(id)).toMatchObject({
        state: 'failed',
        failure: { code: 'BUILD_INTERRUPTED' },
        finishedAt: expect.any(Date),
      });
    });

    test('one that was given back waits again, and that was no crash', async () => {
      const { id } = await submit();
      for (let attempt = 1; attempt <= 6; attempt++) {
        await store.builds.release(await claimOne(store, id));
        expect(await store.builds.find(id)).toMatchObject({ state: 'queued', phase: null, attempt });
      }
    });

    test.each(['unknown', 'ended'])('a build that is %s cannot be claimed', async (what) => {
      const id = what === 'unknown' ? randomUUID() : (await submit()).id;
      if (what === 'ended') await store.builds.cancel(id);
      expect(await store.builds.claim(id, { maxCrashes: 3, worker })).toEqual({ kind: 'gone' });
    });
  });

  describe('leave', () => {
    test('a build goes on for others who asked for it; the last one cannot leave', async () => {
      const { id } = await submit({ joinKey: 'same' });
      const other = await store.addUser('grace');
      await submit({ joinKey: 'same', ownerId: other });
      expect(await store.builds.leave(id, ownerId)).toBe(true);
      expect(await store.builds.isOwner(id, ownerId)).toBe(false);
      expect(await store.builds.leave(id, other)).toBe(false);
      expect(await store.builds.isOwner(id, other)).toBe(true);
      expect(await store.builds.find(id)).toMatchObject({ state: 'queued' });
    });

    test('of two who leave at the same moment one stays', async () => {
      const { id } = await submit({ joinKey: 'same' });
      const other = await store.addUser('grace');
      await submit({ joinKey: 'same', ownerId: other });
      const left = await Promise.all([ownerId, other].map((userId) => store.builds.leave(id, userId)));
      expect(left.sort()).toEqual([false, true]);
    });
  });

  describe('cancel', () => {
    test('a build that waits has ended at once', async () => {
      const { id } = await submit();
      await store.builds.cancel(id);
      expect(await store.builds.find(id)).toMatchObject({
        state: 'cancelled',
        failure: { code: 'CANCELLED' },
        finishedAt: expect.any(Date),
      });
    });

    test('the worker of one that runs is asked', async () => {
      const { id } = await submit();
      const claim = await claimOne(store, id);
      await store.builds.cancel(id);
      expect(await store.builds.look(claim)).toBe('cancel-requested');
      expect(await store.builds.find(id)).toMatchObject({ state: 'running' });
    });

    test('one whose worker died meanwhile ends when it is handed out again', async () => {
      const { id } = await submit();
      await claimOne(store, id);
      await store.builds.cancel(id);
      expect(await store.builds.claim(id, { maxCrashes: 3, worker })).toEqual({ kind: 'gone' });
      expect(await store.builds.find(id)).toMatchObject({ state: 'cancelled' });
    });

    test('one that was given back meanwhile is cancelled, not built', async () => {
      const { id } = await submit();
      const claim = await claimOne(store, id);
      await store.builds.cancel(id);
      await store.builds.release(claim);
      expect(await store.builds.claim(id, { maxCrashes: 3, worker })).toEqual({ kind: 'gone' });
      expect(await store.builds.find(id)).toMatchObject({ state: 'cancelled' });
    });

    test.each(['succeeded', 'failed', 'cancelled', 'timed_out'] as const)(
      'a build that has %s stays so',
      async (state) => {
        const { id } = await submit();
        await store.builds.finish(await claimOne(store, id), { state });
        await expect(store.builds.cancel(id)).rejects.toMatchObject({ code: 'BUILD_FINISHED' });
        expect(await store.builds.find(id)).toMatchObject({ state });
      },
    );

    test('an unknown build is said to be unknown', async () => {
      await expect(store.builds.cancel(randomUUID())).rejects.toMatchObject({ code: 'BUILD_NOT_FOUND' });
    });
  });

  describe('finish', () => {
    test('a build that succeeds puts its image under its name, and the newest has the name', async () => {
      const first = await submit({ joinKey: 'same' });
      await store.builds.finish(await claimOne(store, first.id), {
        state: 'succeeded',
        result: product('a'),
      });
      const second = await submit({ joinKey: 'same' });
      await store.builds.finish(await claimOne(store, second.id), {
        state: 'succeeded',
        result: product('b'),
      });
      const [image, ...others] = await store.images.list({}, { limit: 10 });
      expect(others).toEqual([]);
      expect(image).toMatchObject({
        manifestDigest: 'sha256:b',
        build: { id: second.id },
        sif: { filename: 'image.sif' },
      });
      expect(await store.images.findFile('image.sif')).toEqual(image);
      expect(await store.images.find(image?.id ?? '')).toEqual(image);
      expect(await store.images.isOwner(image?.id ?? '', ownerId)).toBe(true);
      expect(await store.images.storedBytes(ownerId)).toBe(1000);
      expect(await store.builds.find(first.id)).toMatchObject({ manifestDigest: 'sha256:a' });
    });

    test('images for Docker and for Singularity of one reference are two', async () => {
      for (const sif of [true, false]) {
        const { id } = await submit({ joinKey: String(sif) });
        const { sif: file, ...image } = product();
        const result = sif ? { ...image, ...(file && { sif: file }) } : image;
        await store.builds.finish(await claimOne(store, id), { state: 'succeeded', result });
      }
      const found = await store.images.list({}, { limit: 10 });
      expect(found).toHaveLength(2);
      for (const image of found) {
        const name = { reference: image.reference, sifFilename: image.sif?.filename ?? null };
        expect(await store.images.findByName(name)).toEqual(image);
      }
      const other = { reference: 'another', sifFilename: null };
      expect(await store.images.findByName(other)).toBeUndefined();
    });

    test('a build that fails has its reason and no image', async () => {
      const { id } = await submit();
      const failure = { code: 'ENGINE_BUILD_FAILED', message: 'pip: no such package', hint: 'look' } as const;
      await store.builds.finish(await claimOne(store, id), { state: 'failed', failure });
      expect(await store.builds.find(id)).toMatchObject({ state: 'failed', phase: null, failure });
      expect(await store.images.list({}, { limit: 10 })).toEqual([]);
    });

    test('an image that is removed is gone, its build is not', async () => {
      const { id } = await submit();
      await store.builds.finish(await claimOne(store, id), { state: 'succeeded', result: product() });
      const [image] = await store.images.list({ ownerId, search: 'IMAGE' }, { limit: 10 });
      if (image === undefined) throw new Error('no image');
      const byFile = await store.images.list({ search: 'image.SIF' }, { limit: 10 });
      const byStep = await store.images.list({ search: 'workflow / step' }, { limit: 10 });
      expect([byFile, byStep]).toEqual([[image], [image]]);
      expect(await store.images.remove({ ...image, publishedAt: new Date(0) })).toBe(false);
      expect(await store.images.remove(image)).toBe(true);
      expect(await store.images.findFile('image.sif')).toBeUndefined();
      expect(await store.builds.find(id)).toMatchObject({ state: 'succeeded' });
    });
  });

  describe('remove', () => {
    test('a build that has ended is forgotten; its image stays without it', async () => {
      const { id } = await submit();
      await store.builds.finish(await claimOne(store, id), { state: 'succeeded', result: product() });
      await store.builds.remove(id);
      expect(await store.builds.find(id)).toBeUndefined();
      expect(await store.images.list({}, { limit: 10 })).toMatchObject([{ build: null }]);
    });

    test('one in flight is kept', async () => {
      const { id } = await submit();
      await expect(store.builds.remove(id)).rejects.toMatchObject({ code: 'BUILD_FINISHED' });
      await expect(store.builds.remove(randomUUID())).rejects.toMatchObject({ code: 'BUILD_NOT_FOUND' });
    });
  });

  describe('list', () => {
    test('each filter leaves out what does not fit', async () => {
      await submit({ workflow: 'alpha', step: 's1', machine: 'zen3' });
      const { id } = await submit({ workflow: 'beta', step: 's2', machine: 'marenostrum5', version: '1.0%' });
      await store.builds.cancel(id);
      const find = async (filter: object) =>
        (await store.builds.list(filter, { limit: 10 })).map(({ workflow }) => workflow);
      expect(await find({})).toEqual(['beta', 'alpha']);
      expect(await find({ states: ['cancelled', 'failed'] })).toEqual(['beta']);
      expect(await find({ workflow: 'alpha' })).toEqual(['alpha']);
      expect(await find({ step: 's2' })).toEqual(['beta']);
      expect(await find({ machine: 'zen3' })).toEqual(['alpha']);
      expect(await find({ search: 'NOSTRUM' })).toEqual(['beta']);
      expect(await find({ search: id.slice(0, 13) })).toEqual(['beta']);
      expect(await find({ search: 'ETA / s' })).toEqual(['beta']);
      expect(await find({ search: '%' })).toEqual(['beta']);
      expect(await find({ search: '_' })).toEqual([]);
      expect(await find({ search: "' or 1=1 --" })).toEqual([]);
      expect(await store.builds.countByState()).toMatchObject({ queued: 1, cancelled: 1, running: 0 });
    });

    test('pages hold every build once, newest first, while others are added', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 25; n++) ids.unshift((await submit()).id);
      const seen: string[] = [];
      let after: { createdAt: Date; id: string } | undefined;
      for (;;) {
        const page = await store.builds.list({ ownerId }, { limit: 10, after });
        seen.push(...page.map(({ id }) => id));
        await submit();
        after = page.at(-1);
        if (page.length < 10) break;
      }
      expect(new Set(seen)).toEqual(new Set(ids));
      expect(seen).toHaveLength(25);
    });
  });

  test('every change is announced after it can be seen', async () => {
    const changes: Change[] = [];
    const unsubscribe = store.changes.subscribe((change) => changes.push(change));
    const { id } = await submit();
    await expect.poll(() => changes).toEqual([{ kind: 'build', id }]);
    const claim = await claimOne(store, id);
    await store.builds.setPhase(claim, 'building');
    await store.builds.cancel(id);
    await store.builds.finish(claim, { state: 'cancelled' });
    await store.builds.remove(id);
    await expect.poll(() => changes).toEqual(Array.from({ length: 6 }, () => ({ kind: 'build', id })));
    unsubscribe();
    await submit();
    await sleep(100);
    expect(changes).toHaveLength(6);
  });
}

export function newBuild(ownerId: string, change: Partial<NewBuild> = {}): NewBuild {
  const id = randomUUID();
  const names = { workflow: 'workflow', step: 'step', version: 'latest', machine: 'zen3' };
  return { id, ownerId, request: '{}', joinKey: id, ...names, ...change };
}

export async function claimOne({ builds }: Pick<StoreUnderTest, 'builds'>, id: string): Promise<Claim> {
  const result = await builds.claim(id, { maxCrashes: 3, worker });
  if (result.kind !== 'claimed') throw new Error('the build is gone');
  return result.claim;
}

function product(content = 'a'): BuildProduct {
  return {
    imageReference: 'image:latest',
    manifestDigest: `sha256:${content}`,
    recipeDigest: `sha256:recipe-${content}`,
    sif: { filename: 'image.sif', sha256: content.repeat(64), sizeBytes: 1000 },
    timingsMs: { resolve: 10 },
  };
}
