import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { createBuildDependencies, createEngines } from '../app.ts';
import { dryRun } from '../build/dry-run.ts';
import { runBuild } from '../build/run-build.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/read-config.ts';
import { readMachineDefaults } from '../config/read-machine.ts';
import { selectEngine } from '../engine/select-engine.ts';
import { withLock } from '../exec/lock.ts';
import { loadSystems } from '../machine/system/load-systems.ts';
import { createBuildFolders } from '../service/build-folder.ts';
import { createMask } from '../service/log/mask-secrets.ts';
import { runQueuedBuild } from '../service/run-queued-build.ts';
import type { BuildRunner, PlanRunner, WorkerDependencies } from '../service/worker-dependencies.ts';
import { openStorage, type Storage } from '../storage/open-storage.ts';
import { collectSecrets } from './collect-secrets.ts';
import { createLogger } from './logger.ts';
import { applyRetention } from './retention.ts';
import { formatMessage } from './worker-messages.ts';
import { createWorkerMetrics, type WorkerMetrics } from './worker-metrics.ts';
import { readOrder, type WorkerOrder } from './worker-order.ts';

const cleanEveryMs = 3_600_000;
const metricsEveryMs = 5_000;
const requeueEveryMs = 30_000;

type Io = {
  readonly stdin: Readable;
  readonly stdout: { write(text: string): unknown };
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
};

/** @returns The exit code. */
export async function runWorker(io: Io): Promise<number> {
  const shutdown = new AbortController();
  const { order, stopped } = await readOrder(io.stdin);
  void stopped.then(() => shutdown.abort());
  for (const name of ['SIGTERM', 'SIGINT'] as const) io.on(name, () => shutdown.abort());
  try {
    // After a kill -9 of the service its worker takes a moment to end.
    await withLock(order.lock, { signal: shutdown.signal }, () => takeBuilds(io, { order, shutdown }));
  } catch (error) {
    if (!shutdown.signal.aborted) throw error;
  }
  return 0;
}

type WorkerContext = {
  readonly order: WorkerOrder;
  readonly shutdown: AbortController;
};

async function takeBuilds(io: Io, { order, shutdown }: WorkerContext): Promise<void> {
  const config = await readConfig(order.configFile, readMachineDefaults({ env: io.env, cwd: io.cwd() }));
  const log = createLogger('worker', config.service.logLevel);
  const onError = (error: Error) => log.error({ err: error }, 'database');
  const storage = await openStorage(order.database, { role: 'worker', onError });
  try {
    const metrics = createWorkerMetrics(() => performance.now());
    const parts = { config, storage, log, shutdown: shutdown.signal };
    const deps = metrics.watch(await createWorkerDependencies(order, parts));
    const interrupted = await storage.builds.retryHeld(order.service);
    if (interrupted > 0) log.warn({ count: interrupted }, 'interrupted builds are taken up again');
    const stopRequeuing = await keepRequeuing(storage, log);
    const { concurrency, quota } = config.service;
    const limits = { concurrency, concurrencyOfOwner: quota.running };
    const work = await storage.queue.work(limits, (id) => takeBuild(id, deps, log));
    io.stdout.write(formatMessage({ kind: 'ready' }));
    const stopCleaning = keepCleaning(order, parts);
    const stopTelling = keepTelling(metrics.read, io);
    await untilAborted(shutdown.signal);
    stopTelling();
    await stopCleaning();
    stopRequeuing();
    await work.stop();
  } finally {
    await storage.close();
  }
}

async function takeBuild(id: string, deps: WorkerDependencies, log: Logger): Promise<void> {
  log.info({ build: id }, 'build taken');
  const started = performance.now();
  try {
    await runQueuedBuild(id, deps);
  } finally {
    log.info({ build: id, ms: Math.round(performance.now() - started) }, 'build left');
  }
}

type Parts = {
  readonly config: Config;
  readonly storage: Storage;
  readonly log: Logger;
  readonly shutdown: AbortSignal;
};

async function createWorkerDependencies(
  { images, builds, service }: WorkerOrder,
  { config, storage, log, shutdown }: Parts,
): Promise<WorkerDependencies> {
  return {
    store: storage.builds,
    changes: storage.changes,
    run: createRunner(config, images),
    plan: createPlanner(config),
    folders: createBuildFolders(builds),
    systems: await loadSystems(config.systemsFolder),
    limits: config.service.limits,
    worker: service,
    mask: createMask(await collectSecrets(config)),
    now: () => new Date(),
    shutdown,
    onFault: (error, build) => log.error({ err: error, build }, 'fault in a build'),
  };
}

/** The engine is chosen for each build: one that was installed or restarted meanwhile is found. */
function createRunner(config: Config, images: string): BuildRunner {
  return async (request, { signal, onEvent, onPlan }) => {
    const engine = await selectEngine(config.engine.kind, createEngines(config), { signal });
    const deps = createBuildDependencies(config, engine);
    return runBuild(request, deps, { outputDirectory: images, signal, onEvent, onPlan });
  };
}

function createPlanner(config: Config): PlanRunner {
  return async (request, { signal, onEvent }) => {
    const engine = await selectEngine(config.engine.kind, createEngines(config), { signal });
    return dryRun(request, createBuildDependencies(config, engine), { signal, onEvent });
  };
}

/** Builds whose job was lost, as after a restored backup, are found at the start and now and then. */
async function keepRequeuing({ builds }: Storage, log: Logger): Promise<() => void> {
  const requeue = async () => {
    const count = await builds.requeueLost();
    if (count > 0) log.warn({ count }, 'builds without a job were queued again');
  };
  await requeue();
  const timer = setInterval(() => {
    requeue().catch((error) => log.error({ err: error }, 'requeue'));
  }, requeueEveryMs);
  return () => clearInterval(timer);
}

/** @returns Ends it, after what it is at. */
function keepCleaning({ images, builds }: WorkerOrder, { config, storage, log, shutdown }: Parts) {
  let running: Promise<unknown> = Promise.resolve();
  const clean = () => {
    running = applyRetention({
      config,
      store: storage.retention,
      findEngine: () =>
        selectEngine(config.engine.kind, createEngines(config), { signal: shutdown }).catch(() => undefined),
      images,
      builds,
      dryRun: false,
      onRemoval: ({ kind, name, sizeBytes }) =>
        log.info({ kind, name, bytes: sizeBytes }, 'removed by retention'),
    }).catch((error) => log.error({ err: error }, 'retention'));
  };
  clean();
  const timer = setInterval(clean, cleanEveryMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

function keepTelling(read: () => Promise<WorkerMetrics>, { stdout }: Pick<Io, 'stdout'>): () => void {
  const tell = () => void read().then((metrics) => stdout.write(formatMessage({ kind: 'metrics', metrics })));
  tell();
  const timer = setInterval(tell, metricsEveryMs);
  return () => clearInterval(timer);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
