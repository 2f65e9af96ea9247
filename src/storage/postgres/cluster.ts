import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../exec/run.ts';
import { writeWhole } from '../../files/write-whole.ts';
import { choosePostgres, findPostgres, type PostgresBinaries } from './binaries.ts';
import { asOwner, choosePostgresOwner, giveToOwner, type PostgresOwner, requireEntry } from './owner.ts';
import type { SocketConnection } from './socket-connection.ts';

/** A path of a Unix socket has at most 107 bytes; PostgreSQL's own name takes 16 of them. */
const maxSocketFolderBytes = 90;

/** Data that a server can be started on. */
export type Cluster = {
  readonly data: string;
  readonly binaries: PostgresBinaries;
  readonly owner: PostgresOwner;
  readonly connection: SocketConnection;
  /** Removes what lies outside of its home. */
  readonly tidy: () => Promise<void>;
};

/**
 * Finds the data and the programs that fit them, and makes what is missing.
 *
 * @throws STORAGE_UNAVAILABLE
 */
export async function prepareCluster(home: string): Promise<Cluster> {
  const owner = await choosePostgresOwner();
  await requireEntry(home, owner);
  const binaries = choosePostgres(await findPostgres(home), await findDataMajor(home));
  const data = join(home, `postgresql-${binaries.major}`);
  const password = await readPassword(`${data}.password`);
  const isMade = await readFile(join(data, 'PG_VERSION')).catch(() => undefined);
  if (isMade === undefined) await initialise(data, { binaries, owner, password });
  const socket = await prepareSocketFolder(home, owner);
  const connection = { host: socket.folder, user: 'cic', database: 'postgres', password };
  return { data, binaries, owner, connection, tidy: socket.tidy };
}

/** The newest version that there are data of: an older one was left behind by a move. */
export async function findDataMajor(home: string): Promise<number | undefined> {
  const names = await readdir(home).catch(() => []);
  const majors = names.flatMap((name) => /^postgresql-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  return majors.length === 0 ? undefined : Math.max(...majors);
}

async function prepareSocketFolder(home: string, owner: PostgresOwner) {
  const inHome = join(home, 'postgresql-run');
  const isTooLong = Buffer.byteLength(inHome) > maxSocketFolderBytes;
  const folder = isTooLong ? await mkdtemp(join(tmpdir(), 'cic-postgresql-')) : inHome;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await giveToOwner(folder, owner);
  const tidy = async () => {
    if (isTooLong) await rm(folder, { recursive: true, force: true });
  };
  return { folder, tidy };
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
