import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findProcesses } from './processes.ts';
import { startService, type TestService } from './service.ts';
import { follow, getBuild, hasEnded, type Message, readLog, submit, waitFor } from './service-builds.ts';
import { createRegistryFolder, type TestRegistryFolder } from './service-steps.ts';

let registry: TestRegistryFolder;
let service: TestService;
/** Names a sleep of this run in the list of processes. */
const marker = `9${Date.now()}`;

beforeAll(async () => {
  registry = await createRegistryFolder();
  const limits = { crashes: 100, silent_minutes: 10 };
  const config = { workflow_registry: registry.folder, service: { concurrency: 2, limits } };
  service = await startService({ config });
  // Whatever the engine keeps for all builds is made once.
  const id = await submit(service, await registry.addStep('true'));
  expect(await waitFor(service, id, { is: hasEnded, withinMs: 300_000 })).toMatchObject({
    state: 'succeeded',
  });
});

afterEach(async () => {
  expect(service.output()).not.toContain('"level":"fatal"');
});

afterAll(async () => {
  await service?.remove();
  await registry?.remove();
});

const kills = Number(process.env['CIC_TEST_KILLS'] ?? 3);

test(`a service that is killed ${kills} times in the middle of builds loses and doubles none of them`, {
  timeout: 60_000 + kills * 180_000,
}, async () => {
  const ids: string[] = [];
  const resumedAfterMs: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const step = await registry.addStep(`for i in 1 2 3 4; do echo line $i; sleep 0.5; done`);
    const id = await submit(service, step);
    expect(await submit(service, step)).toBe(id);
    ids.push(id);
    await waitFor(service, id, { is: ({ state }) => state !== 'queued' });
    await sleep(Math.random() * 4_000);
    const before = await Promise.all(ids.map((each) => getBuild(service, each)));
    const killedAt = performance.now();
    await service.end('SIGKILL');
    service = await service.restart();
    for (const { id: interrupted, attempt, state } of before) {
      if (state !== 'running') continue;
      const isResumed = (build: { attempt: number; finished_at: string | null }) =>
        build.attempt > attempt || build.finished_at !== null;
      await waitFor(service, interrupted, { is: isResumed, withinMs: 60_000 });
      resumedAfterMs.push(Math.round(performance.now() - killedAt));
    }
  }
  console.log(`taken up again after, in ms: ${resumedAfterMs.sort((a, b) => a - b).join(' ')}`);
  for (const id of ids) {
    const build = await waitFor(service, id, { is: hasEnded });
    expect(build).toMatchObject({ state: 'succeeded', failure: null });
    const log = await readLog(service, id);
    const attempts = log.filter(({ event }) => event === 'attempt-started');
    expect(attempts.map(({ data }) => data.event['attempt'])).toEqual(
      Array.from({ length: build.attempt }, (_item, index) => index + 1),
    );
    expect(log.filter(({ event }) => event === 'ended')).toHaveLength(1);
    expect(log.at(-1)?.event).toBe('ended');
    const text = await (await service.fetch(`${service.api}/builds/${id}/log`)).text();
    expect(text).toMatch(/\n==> succeeded\n$/);
    const { filename } = build.sif ?? {};
    expect((await service.fetch(`/images/download/${filename}`)).status).toBe(200);
  }
  await expectWholeFiles();
});

test('a worker that is killed alone is replaced; polls and downloads feel nothing', async () => {
  const id = await submit(service, await registry.addStep(`echo waiting; sleep 2`));
  await waitForLine(id, 'waiting');
  const polls = pollAllTheTime(id);
  const [worker] = await findWorkers();
  process.kill(worker ?? 0, 'SIGKILL');
  const build = await waitFor(service, id, { is: hasEnded });
  expect(build).toMatchObject({ state: 'succeeded', attempt: 2 });
  expect(await polls.end()).toEqual([200]);
});

test('a database that is killed is started again; polls feel nothing, and builds end well', async () => {
  const id = await submit(service, await registry.addStep(`echo waiting; sleep 3`));
  await waitForLine(id, 'waiting');
  const polls = pollAllTheTime(id);
  const pid = Number.parseInt(await readFile(join(await findCluster(), 'postmaster.pid'), 'utf8'), 10);
  process.kill(pid, 'SIGKILL');
  expect(await waitFor(service, id, { is: hasEnded })).toMatchObject({ state: 'succeeded' });
  expect(await polls.end()).toEqual([200]);
  const next = await submit(service, await registry.addStep('true'));
  expect(await waitFor(service, next, { is: hasEnded })).toMatchObject({ state: 'succeeded' });
});

test('a service that is asked to end gives its builds back, and goes on with them when it starts', async () => {
  const id = await submit(service, await registry.addStep(`echo waiting; sleep 2`));
  const waiting = await Promise.all(
    [1, 2, 3].map(async () => submit(service, await registry.addStep('true'))),
  );
  await waitForLine(id, 'waiting');
  expect(await service.end('SIGTERM')).toBe(0);
  expect(await findProcesses(service.data)).toEqual([]);
  service = await service.restart();
  for (const each of [id, ...waiting])
    expect(await waitFor(service, each, { is: hasEnded })).toMatchObject({ state: 'succeeded' });
  expect((await getBuild(service, id)).attempt).toBe(2);
});

test('a build that is cancelled stops at once and publishes nothing', async () => {
  const id = await submit(service, await registry.addStep(`echo waiting; sleep ${marker}`));
  await waitForLine(id, 'waiting');
  const reply = await service.fetch(`${service.api}/builds/${id}/cancel`, { method: 'POST' });
  expect(reply.status).toBe(202);
  const build = await waitFor(service, id, { is: hasEnded, withinMs: 60_000 });
  expect(build).toMatchObject({ state: 'cancelled', image: null, sif: null });
  expect(await (await service.fetch(`/build/${id}`)).json()).toMatchObject({
    status: 'FAILED',
    message: expect.stringContaining('cancelled'),
    filename: null,
  });
  await expect.poll(() => findProcesses(`sleep ${marker}`)).toEqual([]);
  await expectWholeFiles();
});

test('a step that fails is told by its error first, and its log is complete', async () => {
  const id = await submit(service, await registry.addStep('echo before the fault\nno-such-program --now'));
  const build = await waitFor(service, id, { is: hasEnded });
  expect(build).toMatchObject({
    state: 'failed',
    failure: { message: expect.stringMatching(/no-such-program/) },
  });
  const { status, message } = (await (await service.fetch(`/build/${id}`)).json()) as Record<string, string>;
  expect(status).toBe('FAILED');
  expect(message).toContain('no-such-program');
  const text = await (await service.fetch(`${service.api}/builds/${id}/log`)).text();
  expect(text).toMatch(/before the fault\n[\s\S]*no-such-program[\s\S]*\n==> failed: /);
  const log = await readLog(service, id);
  expect(log.at(-1)).toMatchObject({
    event: 'ended',
    data: { event: { state: 'failed', failure: build.failure } },
  });
});

test('a client that is cut off again and again gets every line once', async () => {
  const lines = 60;
  const id = await submit(
    service,
    await registry.addStep(`for i in $(seq ${lines}); do echo "line <$i>"; sleep 0.05; done`),
  );
  const seen: Message[] = [];
  while (seen.at(-1)?.event !== 'ended') seen.push(...(await followSome(id, seen.at(-1)?.id ?? 0)));
  const said = seen.map(({ data }) => String(data.event['line']));
  const own = said.filter((line) => /^line <\d+>$/.test(line));
  expect(own).toEqual(Array.from({ length: lines }, (_item, index) => `line <${index + 1}>`));
});

test('a log of 200,000 lines is sent whole, with little memory', async () => {
  const id = await submit(service, await registry.addStep('true # long'));
  await waitFor(service, id, { is: hasEnded });
  const count = 200_000;
  const at = new Date().toISOString();
  const lines = Array.from({ length: count }, (_item, index) => {
    const line = `[${index}/${count}] Building CXX object src/CMakeFiles/simulation.dir/element_${index}.cpp.o`;
    return JSON.stringify({
      seq: index + 1,
      at,
      event: { kind: 'log', stage: 'post-install', stream: 'stdout', line },
    });
  });
  const end = JSON.stringify({ seq: count + 1, at, event: { kind: 'ended', state: 'succeeded' } });
  await writeFile(join(service.data, 'builds', id, 'events.jsonl'), `${[...lines, end].join('\n')}\n`);
  const before = await readResidentMb(service.pid);
  const started = performance.now();
  let received = 0;
  for await (const { id: number } of follow(service, id)) {
    received += 1;
    expect(number).toBe(received);
  }
  const seconds = (performance.now() - started) / 1000;
  expect(received).toBe(count + 1);
  const resumedAt = performance.now();
  const tail: number[] = [];
  for await (const { id: number } of follow(service, id, { after: count - 10 })) tail.push(number ?? 0);
  expect(tail).toHaveLength(11);
  const resumeMs = performance.now() - resumedAt;
  const growth = (await readResidentMb(service.pid)) - before;
  console.log(
    `200,000 lines: ${seconds.toFixed(1)} s, resumed at the end in ${resumeMs.toFixed(0)} ms, +${growth.toFixed(0)} MB`,
  );
  expect(growth).toBeLessThan(150);
});

test('nothing runs when the service has ended', async () => {
  const children = await findChildren(service.pid);
  expect(children.length).toBeGreaterThan(0);
  await service.end('SIGTERM');
  await expect.poll(() => findProcesses(service.data)).toEqual([]);
  expect(await findProcesses(`sleep ${marker}`)).toEqual([]);
  // A process that nobody waits for any more (in a container) has no command line.
  const commands = children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  expect((await Promise.all(commands)).filter((command) => command !== '')).toEqual([]);
});

/** What comes over one connection, which the client cuts after ten messages. */
async function followSome(id: string, after: number): Promise<readonly Message[]> {
  const cut = new AbortController();
  const messages: Message[] = [];
  try {
    for await (const message of follow(service, id, { after, signal: cut.signal })) {
      messages.push(message);
      if (messages.length === 10) cut.abort();
    }
  } catch (error) {
    if (!cut.signal.aborted) throw error;
  }
  return messages;
}

async function waitForLine(id: string, text: string): Promise<void> {
  for await (const { data } of follow(service, id)) if (data.event['line'] === text) return;
  throw new Error(`the build has ended without the line "${text}"`);
}

/** Polls as clients of the frozen API do, and says which statuses it saw. */
function pollAllTheTime(id: string): { readonly end: () => Promise<readonly (number | string)[]> } {
  const seen = new Set<number | string>();
  let isOver = false;
  const polling = (async () => {
    while (!isOver) {
      const status = await service.fetch(`/build/${id}`).then(
        (reply) => reply.status,
        (error: Error) => error.message,
      );
      seen.add(status);
      await sleep(20);
    }
  })();
  return {
    async end() {
      isOver = true;
      await polling;
      return [...seen];
    },
  };
}

/** Neither a partial file nor anything else that is not meant to stay. */
async function expectWholeFiles(): Promise<void> {
  const images = await readdir(join(service.data, 'images'));
  expect(images.filter((name) => !/^[^.].*\.(sif|spdx\.json|provenance\.json)$/.test(name))).toEqual([]);
  const builds = await readdir(join(service.data, 'builds'), { recursive: true, withFileTypes: true });
  const files = builds.filter((entry) => entry.isFile()).map(({ name }) => name);
  expect(files.filter((name) => name.startsWith('.') || name.includes('partial'))).toEqual([]);
}

async function findWorkers(): Promise<number[]> {
  const children = new Set(await findChildren(service.pid));
  return (await findProcesses('serve/worker-main')).map(({ pid }) => pid).filter((pid) => children.has(pid));
}

async function findChildren(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const { pid } of await findProcesses('')) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (new RegExp(`^PPid:\\s+${parent}$`, 'm').test(status)) found.push(pid);
  }
  return found;
}

async function findCluster(): Promise<string> {
  const names = await readdir(service.data);
  return join(service.data, names.find((name) => /^postgresql-\d+$/.test(name)) ?? '');
}

async function readResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}
