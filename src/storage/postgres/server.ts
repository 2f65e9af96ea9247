import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { Command } from '../../exec/command.ts';
import { isProcessAlive } from '../../exec/process-alive.ts';
import { type RunningProcess, run, startProcess } from '../../exec/run.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { choosePostgres, findPostgres, type PostgresBinaries } from './binaries.ts';
import { asOwner, choosePostgresOwner, giveToOwner, type PostgresOwner, requireEntry } from './owner.ts';
import type { SocketConnection } from './socket-connection.ts';
import { waitForConnection } from './wait-for-connection.ts';

export type PostgresServer = {
  readonly connection: SocketConnection;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends it in order: open transactions are rolled back, nothing is left to recover. */
  stop(): Promise<void>;
};

/** A path of a Unix socket has at most 107 bytes; PostgreSQL's own name takes 16 of them. */
const maxSocketFolderBytes = 90;
const stopTimeoutMs = 60_000;

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
 * The server ends with this process, also by `kill -9`: PostgreSQL loses nothing by that.
 *
 * @param home Absolute path of a folder that only one CIC uses at a time.
 * @param onLine Called with each line that the server says.
 * @throws STORAGE_UNAVAILABLE
 */
export async function startPostgres(
  home: string,
  { onLine }: { readonly onLine: (line: string) => void },
): Promise<PostgresServer> {
  const owner = await choosePostgresOwner();
  await requireEntry(home, owner);
  const binaries = choosePostgres(await findPostgres(home), await findDataMajor(home));
  const cluster = await prepareCluster(home, binaries, owner);
  await waitForFormerServer(cluster.data);
  const child = startProcess(asOwner(planServer(cluster), owner), { onLine });
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
  return { connection: cluster.connection, ended, stop: () => stop(cluster, owner, child) };
}

type Cluster = {
  readonly data: string;
  readonly binaries: PostgresBinaries;
  readonly connection: SocketConnection;
};

/** The newest version that there are data of: an older one was left behind by a move. */
export async function findDataMajor(home: string): Promise<number | undefined> {
  const names = await readdir(home).catch(() => []);
  const majors = names.flatMap((name) => /^postgresql-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return majors.length === 0 ? undefined : Math.max(...majors);
}

async function prepareCluster(
  home: string,
  binaries: PostgresBinaries,
  owner: PostgresOwner,
): Promise<Cluster> {
  const data = join(home, `postgresql-${binaries.major}`);
  const host = await prepareSocketFolder(home, owner);
  const password = await readPassword(`${data}.password`);
  const connection = { host, user: 'cic', database: 'postgres', password };
  const isMade = await readFile(join(data, 'PG_VERSION')).catch(() => undefined);
  if (isMade === undefined) await initialise(data, { binaries, owner, password });
  return { data, binaries, connection };
}

async function prepareSocketFolder(home: string, owner: PostgresOwner): Promise<string> {
  const inHome = join(home, 'postgresql-run');
  const fits = Buffer.byteLength(inHome) <= maxSocketFolderBytes;
  const folder = fits ? inHome : join(tmpdir(), `cic-${randomBytes(6).toString('hex')}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await giveToOwner(folder, owner);
  return folder;
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const password = randomBytes(24).toString('base64url');
    await writeWhole(path, `${password}\n`, { mode: 0o600 });
    return password;
  }
}

type Initialisation = {
  readonly binaries: PostgresBinaries;
  readonly owner: PostgresOwner;
  readonly password: string;
};

/** The folder gets its name when it is complete; what an interrupted start left is made anew. */
async function initialise(data: string, { binaries, owner, password }: Initialisation): Promise<void> {
  const partial = `${data}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  await giveToOwner(partial, owner);
  const passwordFile = join(partial, 'password');
  const cluster = join(partial, 'data');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveToOwner(passwordFile, owner);
  const args = ['--pgdata', cluster, '--username=cic', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = ['--encoding=UTF8', '--locale=C'];
  await run(asOwner({ file: join(binaries.folder, 'initdb'), args: [...args, ...locale] }, owner));
  await rename(cluster, data);
  await rm(partial, { recursive: true, force: true });
}

function planServer({ data, binaries, connection }: Cluster): Command {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: connection.host,
    unix_socket_permissions: '0700',
    max_connections: '60',
    shared_buffers: '64MB',
    jit: 'off',
    TimeZone: 'UTC',
    log_min_messages: 'warning',
    // Starts and ends are no news; every connection would be a line.
    log_checkpoints: 'off',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return { file: join(binaries.folder, 'postgres'), args: ['-D', data, ...args], cwd: '/' };
}

/** After a kill -9 of CIC its PostgreSQL takes a moment to end: two of them on the same data are refused. */
async function waitForFormerServer(data: string): Promise<void> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  if (Number.isNaN(pid)) return;
  const deadline = Date.now() + stopTimeoutMs;
  while (isProcessAlive(pid) && (await isPostgres(pid))) {
    if (Date.now() > deadline) {
      throw new AppError('STORAGE_UNAVAILABLE', `another PostgreSQL (process ${pid}) uses ${data}`, {
        hint: 'end it; only one CIC may use a data folder',
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Process ids come again: after a restart of the machine another program may have this one. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.startsWith('postgres');
}

async function stop(cluster: Cluster, owner: PostgresOwner, child: RunningProcess): Promise<void> {
  const { binaries, data } = cluster;
  const args = ['stop', '-D', data, '-m', 'fast', '-w', '-t', String(stopTimeoutMs / 1000)];
  try {
    await run(asOwner({ file: join(binaries.folder, 'pg_ctl'), args, cwd: '/' }, owner));
  } catch (error) {
    if (!isAppError(error, 'EXEC_FAILED')) throw error;
  }
  await child.done.catch(() => undefined);
}
