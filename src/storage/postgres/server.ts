import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { type RunningProcess, run, startProcess } from '../../exec/run.ts';
import { type Cluster, prepareCluster } from './cluster.ts';
import { waitForFormerServer } from './former-server.ts';
import { asOwner } from './owner.ts';
import type { SocketConnection } from './socket-connection.ts';
import { waitForConnection } from './wait-for-connection.ts';

export type PostgresServer = {
  readonly connection: SocketConnection;
  /** Resolves when the server has ended and could not be started again, or was stopped. */
  readonly ended: Promise<void>;
  /** Ends it in order: open transactions are rolled back, nothing is left to recover. */
  stop(): Promise<void>;
};

const stopTimeoutMs = 60_000;
/** A server that ends so often within {@link restartWindowMs} is not helped by another start. */
const maxRestarts = 5;
const restartWindowMs = 10 * 60_000;

/**
 * Starts the PostgreSQL that keeps the data of this CIC, and makes its data folder at the first start:
 *
 * ```
 * <home>/postgresql-18/              the data, of the major version 18
 * <home>/postgresql-18.password     of the only user, read by CIC alone
 * <home>/postgresql-run/            the socket; nothing listens on the network
 * <home>/postgresql-binaries-18.4/  the programs, where they came with CIC
 * ```
 *
 * A server that dies is started again, at the same socket. It ends with this process, also by `kill -9`: PostgreSQL
 * loses nothing by that.
 *
 * @param home Absolute path of a folder that only one CIC uses at a time.
 * @param onLine Called with each line that the server says.
 * @throws STORAGE_UNAVAILABLE
 */
export async function startPostgres(
  home: string,
  { onLine }: { readonly onLine: (line: string) => void },
): Promise<PostgresServer> {
  const cluster = await prepareCluster(home);
  let current = await startPatiently(cluster, onLine);
  let isStopping = false;
  const ended = (async () => {
    const endedAtMs: number[] = [];
    while (!isStopping) {
      await current.ended;
      if (isStopping) return;
      onLine('the server has ended unexpectedly; it is started again');
      endedAtMs.push(performance.now());
      if (endedAtMs.filter((at) => at > performance.now() - restartWindowMs).length > maxRestarts) return;
      const next = await startPatiently(cluster, onLine).catch(() => undefined);
      if (next === undefined) return;
      current = next;
      if (isStopping) await stop(cluster, current);
    }
  })();
  return {
    connection: cluster.connection,
    ended,
    async stop() {
      isStopping = true;
      await stop(cluster, current);
      await ended;
      await cluster.tidy();
    },
  };
}

type Server = { readonly child: RunningProcess; readonly ended: Promise<void> };

/** @throws STORAGE_UNAVAILABLE */
async function start(cluster: Cluster, onLine: (line: string) => void): Promise<Server> {
  await waitForFormerServer(cluster.data, cluster.connection.host);
  const child = startProcess(asOwner(planServer(cluster), cluster.owner), { onLine });
  child.stdout.resume();
  let isEnded = false;
  const ended = child.done.then(
    () => undefined,
    () => undefined,
  );
  void ended.then(() => {
    isEnded = true;
  });
  await waitForConnection(cluster.connection, () => isEnded);
  return { child, ended };
}

/** Processes of a killed server hold its memory for a moment, and one that was only starting shows late. */
async function startPatiently(cluster: Cluster, onLine: (line: string) => void): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(cluster, onLine);
    } catch (error) {
      if (attempt === startAttempts) throw error;
      onLine((error as Error).message);
      await sleep(startAgainAfterMs);
    }
  }
}

const startAttempts = 10;
const startAgainAfterMs = 300;

function planServer({ data, binaries, connection }: Cluster): Command {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: connection.host,
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '64MB',
    jit: 'off',
    // A queue that grows by thousands is planned for as it is.
    autovacuum_naptime: '10s',
    TimeZone: 'UTC',
    log_min_messages: 'warning',
    // Starts and ends are no news; every connection would be a line.
    log_checkpoints: 'off',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return { file: join(binaries.folder, 'postgres'), args: ['-D', data, ...args], cwd: '/' };
}

async function stop({ binaries, data, owner }: Cluster, { child }: Server): Promise<void> {
  const args = ['stop', '-D', data, '-m', 'fast', '-w', '-t', String(stopTimeoutMs / 1000)];
  try {
    await run(asOwner({ file: join(binaries.folder, 'pg_ctl'), args, cwd: '/' }, owner));
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
  }
  await child.done.catch(() => undefined);
}
