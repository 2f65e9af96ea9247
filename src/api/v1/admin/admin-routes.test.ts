import { expect, test } from 'vitest';
import type { Operations } from '../../../service/operations.ts';
import { createTestApi } from '../../api.fixture.ts';

const operations: Operations = {
  concurrency: 3,
  measure: async () => ({
    images: { count: 2, sifBytes: 5e9 },
    oldestQueuedAt: new Date(0),
    disk: { totalBytes: 1e12, freeBytes: 4e11 },
  }),
  formatSettings: () => 'service:\n  port: 8080\n',
  planRetention: async () => [
    { kind: 'log', name: 'b1', sizeBytes: 10 },
    { kind: 'image', name: 'w_s.sif', sizeBytes: 4e9 },
    { kind: 'log', name: 'b2', sizeBytes: 20 },
  ],
};

test.each(['figures', 'retention', 'settings'])('/admin/%s is for administrators', async (name) => {
  const api = await createTestApi({ operations });
  expect((await api.ask({ route: `GET /admin/${name}` })).statusCode).toBe(401);
  const answer = await api.ask({ route: `GET /admin/${name}`, as: 'ada' });
  expect([answer.statusCode, answer.json().code]).toEqual([403, 'AUTH_FORBIDDEN']);
});

test('the figures are those of the whole site', async () => {
  const api = await createTestApi({ operations });
  expect((await api.ask({ route: 'GET /admin/figures', as: 'root' })).json()).toEqual({
    builds: { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0, timed_out: 0 },
    concurrency: 3,
    worker: true,
    oldest_queued_at: '1970-01-01T00:00:00.000Z',
    images: { count: 2, sif_bytes: 5e9 },
    disk: { total_bytes: 1e12, free_bytes: 4e11 },
  });
});

test('what retention would remove comes with its sums, the largest first', async () => {
  const api = await createTestApi({ operations });
  const plan = (await api.ask({ route: 'GET /admin/retention', as: 'root' })).json();
  expect(plan.busy).toBe(false);
  expect(plan.items.map(({ name }: { name: string }) => name)).toEqual(['w_s.sif', 'b2', 'b1']);
  expect(plan.totals).toContainEqual({ kind: 'log', count: 2, size_bytes: 30 });
  expect(plan.totals).toContainEqual({ kind: 'leftover', count: 0, size_bytes: 0 });
});

test('retention at work is said to be', async () => {
  const api = await createTestApi({ operations: { ...operations, planRetention: async () => null } });
  expect((await api.ask({ route: 'GET /admin/retention', as: 'root' })).json()).toMatchObject({
    busy: true,
    items: [],
  });
});

test('the settings are text', async () => {
  const api = await createTestApi({ operations });
  expect((await api.ask({ route: 'GET /admin/settings', as: 'root' })).json()).toEqual({
    yaml: 'service:\n  port: 8080\n',
  });
});
