import { Counter, type Registry } from 'prom-client';
import { createHttpDurations } from './http-durations.ts';
import type { AnsweredRequest } from './requests.ts';

const downloadRoute = '/images/download/:filename';

/** Counts requests by route: what is in paths and queries is no label. */
export function createHttpMetrics(registry: Registry): (answered: AnsweredRequest) => void {
  const observe = createHttpDurations(registry);
  const downloaded = new Counter({
    name: 'cic_downloaded_bytes_total',
    help: 'Bytes of SIF files that were sent, with headers',
    registers: [registry],
  });
  return ({ method, route, status, ms, sentBytes }) => {
    observe({ method, route: route ?? 'none', status }, ms / 1000);
    if (route === downloadRoute) downloaded.inc(sentBytes);
  };
}
