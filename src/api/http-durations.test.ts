import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createHttpDurations } from './http-durations.ts';

test('says what a histogram of prom-client says', async () => {
  const registry = new Registry();
  const observe = createHttpDurations(registry);
  const theirs = new Registry();
  const histogram = new Histogram({
    name: 'cic_http_request_duration_seconds',
    help: 'From the first line of a request to the last byte of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600],
    registers: [theirs],
  });
  for (const [route, status, seconds] of [
    ['/build/:id', 200, 0.0004],
    ['/build/:id', 200, 0.005],
    ['/build/:id', 404, 0.3],
    ['/images/download/:filename', 200, 1000],
  ] as const) {
    observe({ method: 'GET', route, status }, seconds);
    histogram.observe({ method: 'GET', route, status }, seconds);
  }
  expect(await registry.metrics()).toBe(await theirs.metrics());
});
