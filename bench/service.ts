import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { adminPassword, basic, startService } from '../test/service.ts';
import { hasEnded, submit, toRequest, waitFor } from '../test/service-builds.ts';
import { load } from './load.ts';
import { formatTable, median } from './measure.ts';

/** What clients of the service wait for: polls, requests for builds, and the start of one. */
const rounds = Number(process.env['CIC_BENCH_ROUNDS'] ?? 5);
const seconds = 2;

const service = await startService({ config: { service: { concurrency: 1 } } });
try {
  console.log(await benchPolls());
  console.log(await benchStarts());
  console.log(await benchEqual());
  console.log(await benchRequests());
} finally {
  await service.remove();
}

async function benchPolls(): Promise<string> {
  const id = await submit(service, 'no_workflow/no_step');
  await waitFor(service, id, { is: hasEnded });
  const { token } = (await (await service.fetch('/login')).json()) as { token: string };
  const bare = spawn(process.execPath, [fileURLToPath(new URL('bare-server.ts', import.meta.url))]);
  const [port] = (await once(bare.stdout, 'data')) as [Buffer];
  const ways = {
    bare: { url: `http://127.0.0.1:${Number(port)}/build/${id}`, headers: {} },
    Basic: {
      url: `${service.origin}/build/${id}`,
      headers: { authorization: basic('admin', adminPassword) },
    },
    token: { url: `${service.origin}/build/${id}`, headers: { authorization: `Bearer ${token}` } },
  };
  const rates: Record<string, number[]> = { bare: [], Basic: [], token: [] };
  // Node compiles what is hot; a service has run for longer than a benchmark.
  for (const way of Object.values(ways)) await load({ ...way, clients: 16, seconds });
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways))
      rates[name]?.push((await load({ ...way, clients: 16, seconds })).perSecond);
  }
  bare.kill();
  const rate = (name: string) => median(rates[name] ?? []);
  const rows = ['Basic', 'token'].map((name) => [
    name,
    rate('bare').toFixed(0),
    rate(name).toFixed(0),
    (rate(name) / rate('bare')).toFixed(2),
    '≥ 0.5',
  ]);
  return formatTable(['poll with', 'bare route, 1/s', 'GET /build/<id>, 1/s', 'ratio', 'target'], rows);
}

/** From a free slot to STARTED, as the service itself has noted it. */
async function benchStarts(): Promise<string> {
  const delaysMs: number[] = [];
  for (let n = 0; n < 4 * rounds; n++) {
    const id = await submit(service, `no_workflow/start_${n}`);
    const { created_at, started_at } = await waitFor(service, id, { is: hasEnded });
    delaysMs.push(Date.parse(started_at ?? '') - Date.parse(created_at));
  }
  const row = [delaysMs.length, median(delaysMs), Math.max(...delaysMs), '< 200'];
  return formatTable(['builds', 'to STARTED, median, ms', 'most, ms', 'target, ms'], [row]);
}

/** What has been built answers a request at once: from the request to FINISHED, beside the build itself. */
async function benchEqual(): Promise<string> {
  const request = { ...toRequest('minimal_workflow/wordcount'), force: false };
  const built = await waitFor(service, await submit(service, { ...request, force: true }), { is: hasEnded });
  const answeredMs: number[] = [];
  for (let n = 0; n < 4 * rounds; n++) {
    const { created_at, finished_at, state } = await waitFor(service, await submit(service, request), {
      is: hasEnded,
    });
    if (state !== 'succeeded') throw new Error(`the equal build has ${state}`);
    answeredMs.push(Date.parse(finished_at ?? '') - Date.parse(created_at));
  }
  const builtMs = Date.parse(built.finished_at ?? '') - Date.parse(built.created_at);
  const row = [
    builtMs,
    median(answeredMs),
    Math.max(...answeredMs),
    (median(answeredMs) / builtMs).toFixed(3),
  ];
  return formatTable(['built, ms', 'equal request, median, ms', 'most, ms', 'ratio'], [row]);
}

/** Requests that wait, for nothing else is built meanwhile: the worker is stopped. What a user has is counted for a quota. */
async function benchRequests(): Promise<string> {
  const limited = await addUser('limited', { queued: 100_000 });
  await once(spawn('pkill', ['-STOP', '-P', String(service.pid), '-f', 'worker-main']), 'exit');
  const rows: (string | number)[][] = [];
  for (const name of ['admin', limited]) {
    const { medianMs, p99Ms, perSecond } = await load({
      url: `${service.origin}/build/`,
      method: 'POST',
      clients: 16,
      requests: 1000,
      headers: { authorization: basic(name, adminPassword), 'content-type': 'application/json' },
      body: (n) => JSON.stringify(toRequest(`no_workflow/request_${name}_${n}`)),
    });
    rows.push([name, 16, medianMs.toFixed(1), p99Ms.toFixed(1), perSecond.toFixed(0), '< 50']);
  }
  await once(spawn('pkill', ['-CONT', '-P', String(service.pid), '-f', 'worker-main']), 'exit');
  const head = ['user', 'clients', 'POST /build/, median, ms', 'p99, ms', '1/s', 'target, ms'];
  return formatTable(head, rows);
}

/** @returns The name. */
async function addUser(name: string, quota: Readonly<Record<string, number>>): Promise<string> {
  const send = async (path: string, method: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await service.fetch(`${service.api}${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(await reply.text());
    return (await reply.json()) as { id: string };
  };
  const { id } = await send('/users', 'POST', { name, password: adminPassword, role: 'user' });
  await send(`/users/${id}`, 'PATCH', { quota });
  return name;
}
