import { AggregatorRegistry, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Metrics } from '../api/dependencies.ts';
import type { StorageMeasurement } from '../storage/measure.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

export type MetricsSources = {
  readonly measureStorage: () => Promise<StorageMeasurement>;
  readonly isWorkerReady: () => boolean;
  /** What the worker has said last; undefined before it said anything. */
  readonly workerMetrics: () => WorkerMetrics | undefined;
  readonly version: string;
};

/** Metrics of the service, of its database and of its worker, in the form of Prometheus. */
export function createServiceMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  gauge('cic_info', 'Version of the service', ['version']).set({ version: sources.version }, 1);
  const workerUp = gauge('cic_worker_up', '1 while a worker takes builds');
  const databaseUp = gauge('cic_database_up', '1 while the database answers');
  const builds = gauge('cic_builds', 'Builds by state', ['state']);
  const queueAge = gauge('cic_queue_oldest_seconds', 'How long the build waits that was asked for first');
  const connections = gauge('cic_database_connections', 'Connections of the service to its database', [
    'state',
  ]);

  async function look(): Promise<void> {
    workerUp.set(sources.isWorkerReady() ? 1 : 0);
    const measured = await sources.measureStorage().catch(() => undefined);
    databaseUp.set(measured === undefined ? 0 : 1);
    if (measured === undefined) return;
    const { oldestQueuedAt, pool } = measured;
    for (const [state, count] of Object.entries(measured.builds)) builds.set({ state }, count);
    queueAge.set(oldestQueuedAt === null ? 0 : Math.max(0, (Date.now() - oldestQueuedAt.getTime()) / 1000));
    connections.set({ state: 'busy' }, pool.total - pool.idle);
    connections.set({ state: 'idle' }, pool.idle);
    connections.set({ state: 'waited_for' }, pool.waiting);
  }

  return {
    registry,
    contentType: registry.contentType,
    async render() {
      await look();
      const worker = sources.workerMetrics();
      const own = await registry.metrics();
      return worker === undefined ? own : `${own}\n${await AggregatorRegistry.aggregate([worker]).metrics()}`;
    },
  };
}
