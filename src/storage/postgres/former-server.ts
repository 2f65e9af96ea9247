import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors/app-error.ts';

const waitMs = 60_000;
const intervalMs = 50;
const socketFiles = ['.s.PGSQL.5432', '.s.PGSQL.5432.lock'];

/**
 * Waits until the server that was there before has ended: after a kill -9 of CIC that takes a moment, and two of them
 * on the same data are refused. Then its files with the process id are removed: the id may be another program's by now,
 * or of a process that nobody waits for, and PostgreSQL would take either for a server.
 *
 * @param socketFolder Holds nothing but the server's socket.
 * @throws STORAGE_UNAVAILABLE - it does not end
 */
export async function waitForFormerServer(data: string, socketFolder: string): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const pid = await findServer(data);
    if (pid === undefined) break;
    if (Date.now() > deadline) {
      throw new AppError('STORAGE_UNAVAILABLE', `another PostgreSQL (process ${pid}) uses ${data}`, {
        hint: 'end it; only one CIC may use a data folder',
      });
    }
    await sleep(intervalMs);
  }
  const left = [join(data, 'postmaster.pid'), ...socketFiles.map((name) => join(socketFolder, name))];
  for (const path of left) await rm(path, { force: true });
}

/** Each process of a server, also of one whose first process was killed, works in the folder of its data. */
async function findServer(data: string): Promise<number | undefined> {
  const folder = await realpath(data);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) {
    if ((await isPostgres(pid)) && (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder)
      return pid;
  }
  return undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return name.startsWith('postgres');
}
