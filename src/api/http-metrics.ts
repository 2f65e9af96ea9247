import { Counter, Histogram, type Registry } from 'prom-client';
import type { AnsweredRequest } from './requests.ts';

const downloadRoute = '/images/download/:filename';
/** From a poll that is answered from memory to a download that takes minutes. */
const durationBuckets = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];

/** Counts requests by route: what is in paths and queries is no label. */
export function createHttpMetrics(registry: Registry): (answered: AnsweredRequest) => void {
  const durations = new Histogram({
    name: 'cic_http_request_duration_seconds',
    help: 'From the first line of a request to the last byte of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  const downloaded = new Counter({
    name: 'cic_downloaded_bytes_total',
    help: 'Bytes of SIF files that were sent, with headers',
    registers: [registry],
  });
  return ({ method, route, status, ms, sentBytes }) => {
    durations.observe({ method, route: route ?? 'none', status: String(status) }, ms / 1000);
    if (route === downloadRoute) downloaded.inc(sentBytes);
  };
}
