import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../accounts/account.ts';
import type { Storage } from './open-storage.ts';
import { startTestPostgres, type TestPostgres } from './postgres.fixture.ts';

let postgres: TestPostgres;
let worker: Storage;
let root: User;
let ada: User;
let bob: User;

beforeAll(async () => {
  postgres = await startTestPostgres();
  worker = await postgres.open('worker');
});

afterAll(async () => {
  await worker?.close();
  await postgres?.stop();
});

beforeEach(async () => {
  await postgres.clear();
  const { accounts } = postgres.storage;
  root = await accounts.addUser({ name: 'root', passwordHash: null, role: 'admin' });
  ada = await accounts.addUser({ name: 'ada', passwordHash: null, role: 'user' });
  bob = await accounts.addUser({ name: 'bob', passwordHash: null, role: 'user' });
});

const plenty = { queued: 1000, storedBytes: 1e12 };

function newBuild(owner: User, joinKey: string = randomUUID()) {
  const names = { workflow: 'w', step: 's', version: 'latest', machine: 'zen2' };
  return { id: randomUUID(), ownerId: owner.id, joinKey, request: '{}', ...names };
}

describe('builds that wait', () => {
  test('are no more than the quota, also when they are asked for at the same moment', async () => {
    const { builds } = postgres.storage;
    const limits = { ...plenty, queued: 3 };
    const asked = await Promise.allSettled(
      Array.from({ length: 10 }, () => builds.submit(newBuild(ada), limits)),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refused = asked.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'you have 3 builds waiting, and may have 3',
      hint: 'wait until some have ended, or cancel them',
    });
    expect(await builds.countByState({ ownerId: ada.id })).toMatchObject({ queued: 3 });
    await builds.submit(newBuild(bob), limits);
  });

  test('of others may be joined beyond it', async () => {
    const { builds } = postgres.storage;
    const build = newBuild(bob);
    await builds.submit(build, plenty);
    const joined = await builds.submit(newBuild(ada, build.joinKey), { queued: 0, storedBytes: 0 });
    expect(joined).toEqual({ id: build.id, isJoined: true });
  });
});

describe('SIF files', () => {
  async function store(owner: User, sizeBytes: number): Promise<void> {
    const { builds } = postgres.storage;
    const build = newBuild(owner);
    await builds.submit(build, plenty);
    const taken = await builds.claim(build.id, { maxCrashes: 3, worker: crypto.randomUUID() });
    if (taken.kind !== 'claimed') throw new Error('not claimed');
    const names = { imageReference: build.id, manifestDigest: 'sha256:0', recipeDigest: 'sha256:0' };
    const sif = { filename: `${build.id}.sif`, sha256: '0', sizeBytes };
    await builds.finish(taken.claim, { state: 'succeeded', result: { ...names, sif, timingsMs: {} } });
  }

  test('are counted by owner, also without their builds; who has as much as the quota gets no further', async () => {
    const { builds, images } = postgres.storage;
    await store(ada, 3e9);
    await store(ada, 2e9);
    await store(bob, 1e9);
    expect(await images.storedBytes(ada.id)).toBe(5e9);
    expect(await images.storedBytes(bob.id)).toBe(1e9);
    const limits = { ...plenty, storedBytes: 5e9 };
    await expect(builds.submit(newBuild(ada), limits)).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'your SIF files take 5.0 GB, and may take 5.0 GB',
      hint: 'delete images that you no longer need, or ask an administrator for more',
      details: { storedBytes: 5e9, limit: 5e9 },
    });
    await builds.submit(newBuild(bob), limits);
    for (const { id } of await builds.list({ ownerId: ada.id }, { limit: 10 })) await builds.remove(id);
    expect(await images.storedBytes(ada.id)).toBe(5e9);
    const [image] = await images.list({ ownerId: ada.id }, { limit: 1 });
    expect(await images.isOwner(image?.id ?? '', ada.id)).toBe(true);
    expect(await images.isOwner(image?.id ?? '', bob.id)).toBe(false);
    expect(image && (await images.remove(image))).toBe(true);
    await builds.submit(newBuild(ada), limits);
  });
});

describe('builds that run', () => {
  /** Most builds of each owner that ran at a time, until all of them have been handed out. */
  async function watch(total: number, owners: ReadonlyMap<string, User>): Promise<Map<string, number>> {
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    let handed = 0;
    const limits = { concurrency: 6, concurrencyOfOwner: 2 };
    const work = await worker.queue.work(limits, async (id) => {
      const name = owners.get(id)?.name ?? '';
      const now = (running.get(name) ?? 0) + 1;
      running.set(name, now);
      most.set(name, Math.max(most.get(name) ?? 0, now));
      await sleep(300);
      running.set(name, (running.get(name) ?? 0) - 1);
      handed += 1;
    });
    await expect.poll(() => handed).toBe(total);
    await work.stop();
    return most;
  }

  async function submit(...asked: readonly (readonly [User, number])[]): Promise<Map<string, User>> {
    const owners = new Map<string, User>();
    for (const [owner, count] of asked) {
      for (let index = 0; index < count; index += 1) {
        const build = newBuild(owner);
        owners.set(build.id, owner);
        await postgres.storage.builds.submit(build, plenty);
      }
    }
    return owners;
  }

  test('are at most so many of one user; others do not wait for them', async () => {
    const owners = await submit([ada, 7], [bob, 3]);
    const most = await watch(10, owners);
    expect(Object.fromEntries(most)).toEqual({ ada: 2, bob: 2 });
  });

  test('are as many as an administrator has set for a user, also of those that wait already', async () => {
    const owners = await submit([ada, 6], [bob, 3]);
    await postgres.storage.accounts.changeUser(ada.id, { quota: { running: 4 } });
    await postgres.storage.accounts.changeUser(bob.id, { quota: { running: 1 } });
    const most = await watch(9, owners);
    expect(Object.fromEntries(most)).toEqual({ ada: 4, bob: 1 });
  });

  test('of an administrator are as many as there is room for', async () => {
    const owners = await submit([root, 8]);
    expect((await watch(8, owners)).get('root')).toBeGreaterThan(3);
  });
});
