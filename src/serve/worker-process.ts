import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type RunningProcess, startProcess } from '../exec/run.ts';
import { parseMessage, type WorkerMessage } from './worker-messages.ts';
import type { WorkerMetrics } from './worker-metrics.ts';
import { formatOrder, type WorkerOrder } from './worker-order.ts';

/** Beside this file, compiled or not. */
const entry = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? 'worker-main.ts' : 'worker-main.js', import.meta.url),
);
const restartAfterMs = 1_000;
/** Engines are given time to end what they run. */
const stopTimeoutMs = 30_000;

export type WorkerProcess = {
  isReady(): boolean;
  /** What it has measured; at most some seconds old, undefined before it has said anything. */
  metrics(): WorkerMetrics | undefined;
  /** Running builds go back to the queue. */
  stop(): Promise<void>;
};

/** Keeps a worker process running: one that dies is replaced, and what it worked on is taken up again. */
export function startWorkerProcess(order: WorkerOrder, log: Logger): WorkerProcess {
  let isStopping = false;
  let isReady = false;
  let metrics: WorkerMetrics | undefined;
  let current: RunningProcess | undefined;
  const kill = new AbortController();

  const start = () => {
    const args = ['--enable-source-maps', entry];
    const child = startProcess(
      { file: process.execPath, args },
      { signal: kill.signal, onLine: (line) => process.stderr.write(`${line}\n`) },
    );
    current = child;
    relay(child, (message) => {
      if (message.kind === 'ready') isReady = true;
      else metrics = message.metrics;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write(formatOrder(order));
    return child.done.then(
      () => undefined,
      (error: Error) => error,
    );
  };

  const done = (async () => {
    while (!isStopping) {
      const failure = await start();
      isReady = false;
      metrics = undefined;
      if (isStopping) return;
      log.error({ err: failure }, 'the worker has ended; another one is started');
      await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
    }
  })();

  return {
    isReady: () => isReady,
    metrics: () => metrics,
    async stop() {
      isStopping = true;
      current?.stdin.end();
      const timer = setTimeout(() => kill.abort(), stopTimeoutMs);
      await done;
      clearTimeout(timer);
    },
  };
}

/** The worker's log is the service's; what lies between its lines is for the service itself. */
function relay(child: RunningProcess, onMessage: (message: WorkerMessage) => void): void {
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parseMessage(line);
    if (message === undefined) process.stdout.write(`${line}\n`);
    else onMessage(message);
  });
}
