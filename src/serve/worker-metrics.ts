import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  Registry,
} from 'prom-client';
import type { WorkerDependencies } from '../service/worker-dependencies.ts';

/** As prom-client hands them to another process. */
export type WorkerMetrics = MetricObjectWithValues<never>[];

/** Seconds: from a build whose layers are all there to one that compiles for a night. */
const buildBuckets = [5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600];
const stageBuckets = [0.1, 1, 5, 30, 120, 600, 3600, 4 * 3600];

/** Measures the builds of this worker. */
export function createWorkerMetrics(now: () => number) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'cic_worker_' });
  const running = new Gauge({ name: 'cic_worker_builds', help: 'Builds that the worker is at', registers });
  const durations = new Histogram({
    name: 'cic_build_duration_seconds',
    help: 'From the start of an attempt to its end, without the queue',
    labelNames: ['outcome'],
    buckets: buildBuckets,
    registers,
  });
  const stages = new Histogram({
    name: 'cic_build_stage_duration_seconds',
    help: 'Time of one stage of a build',
    labelNames: ['stage', 'outcome'],
    buckets: stageBuckets,
    registers,
  });
  const faults = new Counter({ name: 'cic_worker_faults_total', help: 'Faults of CIC itself', registers });
  return {
    read: async (): Promise<WorkerMetrics> => (await registry.getMetricsAsJSON()) as WorkerMetrics,
    /** The same dependencies, watched. */
    watch: (deps: WorkerDependencies): WorkerDependencies => ({
      ...deps,
      store: watchStore(deps.store, { now, running, durations }),
      run: (request, call) => {
        const startedAt = new Map<string, number>();
        return deps.run(request, {
          ...call,
          onEvent(event) {
            if (event.kind === 'stage-started') startedAt.set(event.stage, now());
            const started = event.kind === 'stage-finished' ? startedAt.get(event.stage) : undefined;
            if (event.kind === 'stage-finished' && started !== undefined)
              stages.observe({ stage: event.stage, outcome: event.outcome }, (now() - started) / 1000);
            call.onEvent(event);
          },
        });
      },
      onFault(error, build) {
        faults.inc();
        deps.onFault(error, build);
      },
    }),
  };
}

type Instruments = {
  readonly now: () => number;
  readonly running: Gauge;
  readonly durations: Histogram<'outcome'>;
};

function watchStore(
  store: WorkerDependencies['store'],
  { now, running, durations }: Instruments,
): WorkerDependencies['store'] {
  const startedAt = new Map<string, number>();
  const leave = (id: string) => {
    startedAt.delete(id);
    running.set(startedAt.size);
  };
  return {
    setPhase: (claim, phase) => store.setPhase(claim, phase),
    look: (claim) => store.look(claim),
    async claim(id, options) {
      const result = await store.claim(id, options);
      if (result.kind === 'claimed') startedAt.set(id, now());
      running.set(startedAt.size);
      return result;
    },
    async release(claim) {
      leave(claim.id);
      await store.release(claim);
    },
    async finish(claim, outcome) {
      const started = startedAt.get(claim.id);
      leave(claim.id);
      const isLast = await store.finish(claim, outcome);
      if (isLast && started !== undefined)
        durations.observe({ outcome: outcome.state }, (now() - started) / 1000);
      return isLast;
    },
  };
}
