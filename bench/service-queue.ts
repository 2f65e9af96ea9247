import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestStorage, startTestServer } from '../src/storage/database.fixture.ts';
import type { Storage } from '../src/storage/open-storage.ts';
import { formatTable, median } from './measure.ts';

/** Whether list, claim and poll stay flat: with 100 builds that wait, and with 10,000. */
const [few, many] = [100, 10_000];
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 5);
const calls = 10;

const server = await startTestServer();
try {
  const sizes = [await prepare(few), await prepare(many)] as const;
  // What PostgreSQL knows about its tables is as old as this.
  await sleep(25_000);
  const rows = [];
  for (const name of ['list', 'list of those that wait', 'poll', 'claim'] as const) {
    const times = sizes.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, size] of sizes.entries()) times[index]?.push(await size.measure[name]());
    }
    const [small = 0, large = 0] = times.map(median);
    rows.push([name, small.toFixed(2), large.toFixed(2), (large / small).toFixed(2), '≤ 1.5']);
  }
  console.log(formatTable(['call', `${few} builds, ms`, `${many} builds, ms`, 'ratio', 'target'], rows));
  for (const { storage } of sizes) await storage.close();
} finally {
  await server.stop();
}

async function prepare(count: number) {
  const storage = await openTestStorage(await server.createDatabase());
  const { id: ownerId } = await storage.accounts.addUser({ name: 'ada', passwordHash: null, role: 'user' });
  const ids = Array.from({ length: count }, () => randomUUID());
  const rest = [...ids];
  const submitAll = async () => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      const names = { workflow: 'workflow', step: 'step', version: 'latest', machine: 'zen3' };
      const build = { id, ownerId, request: '{}', joinKey: id, ...names };
      await storage.builds.submit(build, { queued: 2 * many, storedBytes: Number.MAX_SAFE_INTEGER });
    }
  };
  await Promise.all(Array.from({ length: 8 }, submitAll));
  const measure = {
    list: () => time(() => storage.builds.list({ ownerId }, { limit: 50 })),
    'list of those that wait': () => time(() => storage.builds.list({ states: ['queued'] }, { limit: 50 })),
    poll: () => time((n) => storage.builds.find(ids[n] ?? '')),
    claim: () => timeClaims(storage),
  };
  return { storage, measure };
}

/** The median, in milliseconds. */
async function time(call: (n: number) => Promise<unknown>): Promise<number> {
  const each: number[] = [];
  for (let n = 0; n < calls; n++) {
    const started = performance.now();
    await call(n);
    each.push(performance.now() - started);
  }
  return median(each);
}

/** From one hand-out to the next: the end of one job, the search for another, and its claim. */
async function timeClaims({ builds, queue }: Storage): Promise<number> {
  const each: number[] = [];
  let last: number | undefined;
  let enough = () => undefined as unknown;
  const measured = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const working = await queue.work({ concurrency: 1, concurrencyOfOwner: 1 }, async (id) => {
    await builds.claim(id, { maxCrashes: 3, worker: randomUUID() });
    const now = performance.now();
    if (last !== undefined) each.push(now - last);
    last = now;
    if (each.length >= calls) enough();
  });
  await measured;
  await working.stop();
  return median(each);
}
