import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimOne, newBuild } from '../service/build-store.contract.ts';
import { openTestStorage, startTestServer, type TestServer } from './database.fixture.ts';
import type { Storage } from './open-storage.ts';
import type { SocketConnection } from './postgres/socket-connection.ts';

let server: TestServer;
let address: SocketConnection;
let storages: Storage[];
let ownerId: string;

beforeAll(async () => {
  server = await startTestServer();
});

beforeEach(async () => {
  address = await server.createDatabase();
  storages = [];
  const { accounts } = await open();
  ownerId = (await accounts.addUser({ name: 'ada', passwordHash: null, role: 'user' })).id;
});

afterEach(() => Promise.all(storages.map((storage) => storage.close())));
afterAll(() => server?.stop());

async function open(): Promise<Storage> {
  const storage = await openTestStorage(address);
  storages.push(storage);
  return storage;
}

const limits = { queued: 100_000, storedBytes: Number.MAX_SAFE_INTEGER };
/** So many at a time, also of one owner. */
const upTo = (count: number) => ({ concurrency: count, concurrencyOfOwner: count });
const submit = (storage: Storage) => storage.builds.submit(newBuild(ownerId), limits);

describe('builds are handed out', () => {
  test.each([1, 2])(
    'in the order they were asked for, at most %i at a time, each once',
    async (concurrency) => {
      const storage = await open();
      const ids: string[] = [];
      for (let n = 0; n < 6; n++) ids.push((await submit(storage)).id);
      const taken: string[] = [];
      let running = 0;
      let most = 0;
      await storage.queue.work(upTo(concurrency), async (id) => {
        taken.push(id);
        running += 1;
        most = Math.max(most, running);
        await sleep(50);
        running -= 1;
      });
      await expect.poll(() => taken.length).toBe(6);
      expect(most).toBe(concurrency);
      // Those that are taken at the same moment may say so in either order.
      for (let at = 0; at < 6; at += concurrency)
        expect(taken.slice(at, at + concurrency).sort()).toEqual(ids.slice(at, at + concurrency).sort());
    },
  );

  test('when they are asked for, and the next when one has ended', async () => {
    const storage = await open();
    const done: string[] = [];
    let running = 0;
    await storage.queue.work(upTo(1), async (id) => {
      running += 1;
      expect(running).toBe(1);
      await claimOne(storage, id);
      await sleep(50);
      running -= 1;
      done.push(id);
    });
    const first = await submit(storage);
    const second = await submit(storage);
    await expect.poll(() => done).toEqual([first.id, second.id]);
  });

  test('again when the worker throws', async () => {
    const storage = await open();
    const { id } = await submit(storage);
    const taken: string[] = [];
    await storage.queue.work(upTo(1), async (buildId) => {
      taken.push(buildId);
      if (taken.length < 3) throw new Error('no luck');
    });
    await expect.poll(() => taken).toEqual([id, id, id]);
  });

  test('again when the worker is silent for too long', async () => {
    const storage = await open();
    const { id } = await submit(storage);
    const client = new Client(address);
    await client.connect();
    await client.query("update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now()");
    await client.query("update pgboss.job set heartbeat_on = now() - interval '9 seconds'");
    await client.end();
    const takenAt = new Promise<number>((resolve) => {
      void storage.queue.work(upTo(1), async (buildId) => {
        if (buildId === id) resolve(performance.now());
      });
    });
    const started = performance.now();
    const waitedMs = (await takenAt) - started;
    expect(waitedMs).toBeGreaterThan(500);
  });

  test('again at once when the worker has a successor, and not those of other services', async () => {
    const storage = await open();
    const [own, other, waiting] = [await submit(storage), await submit(storage), await submit(storage)];
    const [service, otherService] = [crypto.randomUUID(), crypto.randomUUID()];
    const { stop } = await storage.queue.work(upTo(2), async (id) => {
      await storage.builds.claim(id, { maxCrashes: 3, worker: id === own.id ? service : otherService });
      await new Promise(() => undefined);
    });
    await expect.poll(async () => (await storage.builds.countByState()).running).toBe(2);
    // Killed after it gave the build back, and before it gave back the job.
    await storage.builds.release({ id: own.id, attempt: 1 });
    void stop();
    const successor = await open();
    expect(await successor.builds.retryHeld(service)).toBe(1);
    const taken: string[] = [];
    await successor.queue.work(upTo(3), async (id) => {
      taken.push(id);
      await new Promise(() => undefined);
    });
    await expect.poll(() => taken.length).toBe(2);
    await sleep(1_000);
    expect(new Set(taken)).toEqual(new Set([own.id, waiting.id]));
    expect(taken).not.toContain(other.id);
  });

  test('when their job was lost, once', async () => {
    const storage = await open();
    const { id } = await submit(storage);
    const cancelled = await submit(storage);
    await storage.builds.cancel(cancelled.id);
    const client = new Client(address);
    await client.connect();
    await client.query('delete from pgboss.job');
    await client.end();
    expect(await storage.builds.requeueLost()).toBe(1);
    expect(await storage.builds.requeueLost()).toBe(0);
    const taken: string[] = [];
    await storage.queue.work(upTo(2), async (buildId) => void taken.push(buildId));
    await expect.poll(() => taken).toEqual([id]);
    await sleep(300);
    expect(taken).toEqual([id]);
  });
});
