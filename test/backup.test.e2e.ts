import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCic } from './cic.ts';
import { startService, type TestService } from './service.ts';

/** Takes connections and says nothing: a workflow registry that keeps a build running. */
let silent: Server;
let service: TestService;
let other: TestService;

beforeAll(async () => {
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  service = await startService({
    env: { no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' },
    config: {
      workflow_registry: `https://127.0.0.1:${port}/steps.git`,
      service: { concurrency: 1 },
    },
  });
  other = await startService();
}, 120_000);

afterAll(async () => {
  await service?.remove();
  await other?.remove();
  silent?.close();
});

async function submit(stepId: string): Promise<string> {
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'docker' };
  const body = JSON.stringify({ machine, workflow: 'minimal_workflow', step_id: stepId });
  const answer = await service.fetch('/build/', { method: 'POST', body });
  return ((await answer.json()) as { id: string }).id;
}

async function statusOf(id: string, from: TestService): Promise<string> {
  return ((await (await from.fetch(`/build/${id}`)).json()) as { status: string }).status;
}

test('a backup of a running service goes on in another folder: users log in, builds are taken up', async () => {
  const ids = [await submit('no_such_step'), await submit('none_such_either')];
  await expect.poll(() => statusOf(ids[0] ?? '', service)).toBe('STARTED');
  const { token } = (await (await service.fetch('/login')).json()) as { token: string };
  const file = join(service.data, 'cic.backup.gz');
  const written = await runCic(['backup', '--output', file, '--data', service.data]);
  expect(written.stderr).toMatch(/cic\.backup\.gz: \d+ rows/);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await statusOf(ids[1] ?? '', service)).toBe('PENDING');

  const intoRunning = await runCic(['restore', file, '--data', other.data, '--force']);
  expect(intoRunning.stderr).toContain('SERVICE_DATA_IN_USE');
  expect(await other.end('SIGTERM')).toBe(0);
  const intoFull = await runCic(['restore', file, '--data', other.data]);
  expect(intoFull.stderr).toContain('RESTORE_NOT_EMPTY');
  await runCic(['restore', file, '--data', other.data, '--force']);
  expect(await readdir(other.data)).toContainEqual(expect.stringMatching(/^postgresql-\d+\.replaced-/));

  other = await other.restart();
  const list = await other.fetch('/image_creation/api/v1/builds', { as: `Bearer ${token}` });
  expect(list.status).toBe(200);
  for (const id of ids) await expect.poll(() => statusOf(id, other), { interval: 200 }).toBe('FAILED');
});

test('a backup of a service that does not run, into a folder that is not there', async () => {
  await other.end('SIGTERM');
  const file = join(other.data, 'stopped.backup.gz');
  await runCic(['backup', '--output', file, '--data', other.data]);
  const fresh = join(other.data, 'fresh');
  const { stderr } = await runCic(['restore', file, '--data', fresh]);
  expect(stderr).toMatch(/\d+ rows restored/);
  expect((await readdir(fresh)).filter((name) => /^postgresql-\d+$/.test(name))).toHaveLength(1);
  const nothing = await runCic(['backup', '--output', file, '--data', join(fresh, 'none')]);
  expect(nothing.stderr).toContain('SERVICE_DATA_MISSING');
});

test('what retention would remove is shown while the service runs', async () => {
  other = await other.restart();
  const { stderr } = await runCic(['retention', '--dry-run', '--data', other.data]);
  expect(stderr).toMatch(/^0 would be removed/);
});
