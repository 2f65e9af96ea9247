import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startService, type TestService } from './service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startService();
}, 120_000);

afterAll(() => service?.remove());

const request = {
  machine: { platform: 'linux/amd64', architecture: 'none', container_engine: 'singularity' },
  workflow: 'minimal_workflow',
  step_id: 'wordcount',
};

test('a client of the frozen API gets its SIF', { timeout: 300_000 }, async () => {
  const asked = await service.fetch('/build/', { method: 'POST', body: JSON.stringify(request) });
  expect(asked.status).toBe(200);
  const { id, ...rest } = (await asked.json()) as { id: string };
  expect(rest).toEqual({});
  let build: { status: string; message: string; image_id: string; filename: string };
  do {
    await sleep(200);
    const polled = await service.fetch(`/image_creation/build/${id}`);
    expect(polled.status).toBe(200);
    build = (await polled.json()) as typeof build;
    expect(['PENDING', 'STARTED', 'BUILDING', 'CONVERTING', 'FINISHED']).toContain(build.status);
  } while (build.status !== 'FINISHED');
  expect(build).toEqual({
    status: 'FINISHED',
    message: expect.any(String),
    image_id: 'minimal_workflow_wordcount_none_nompi_nogpu:latest',
    filename: 'minimal_workflow_wordcount_none_nompi_nogpu_v_latest.sif',
  });
  const download = await service.fetch(`/images/download/${build.filename}`);
  const digest = createHash('sha256')
    .update(new Uint8Array(await download.arrayBuffer()))
    .digest('hex');
  expect(download.headers.get('etag')).toBe(`"${digest}"`);
});

test('sixteen clients that ask for the same at the same moment get one build', {
  timeout: 300_000,
}, async () => {
  const body = JSON.stringify({ ...request, machine: { ...request.machine, architecture: 'x86_64' } });
  const asked = await Promise.all(
    Array.from({ length: 16 }, (_, index) =>
      service.fetch(index % 2 === 0 ? '/build/' : '/image_creation/build', { method: 'POST', body }),
    ),
  );
  expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
  const ids = await Promise.all(asked.map(async (answer) => ((await answer.json()) as { id: string }).id));
  expect(new Set(ids).size).toBe(1);
  const listed = await service.fetch('/image_creation/api/v1/builds?machine=x86_64');
  expect(((await listed.json()) as { items: unknown[] }).items).toHaveLength(1);
});
