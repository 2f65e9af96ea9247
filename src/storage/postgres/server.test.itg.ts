import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProcessAlive } from '../../exec/process-alive.ts';
import { makeHome } from '../database.fixture.ts';
import { type PostgresServer, startPostgres } from './server.ts';
import type { SocketConnection } from './socket-connection.ts';

let home: string;
let server: PostgresServer | undefined;
let lines: string[];

beforeEach(async () => {
  home = await makeHome();
  lines = [];
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  await rm(home, { recursive: true, force: true });
});

const start = async (folder = home) => {
  server = await startPostgres(folder, { onLine: (line) => lines.push(line) });
  return server;
};

async function ask(connection: SocketConnection, statement: string): Promise<unknown[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(statement)).rows.map(({ value }) => value);
  } finally {
    await client.end();
  }
}

const readPid = async () =>
  Number.parseInt(await readFile(join(await findData(), 'postmaster.pid'), 'utf8'), 10);

async function findData(): Promise<string> {
  const name = (await readdir(home)).find((each) => /^postgresql-\d+$/.test(each));
  return join(home, name ?? '');
}

describe('an embedded PostgreSQL', () => {
  test('keeps its data over a stop and a start, and is reached by its password alone', async () => {
    const { connection, stop } = await start();
    await ask(connection, 'create table kept as select 42 as value');
    await expect(ask({ ...connection, password: 'wrong' }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await stop();
    const again = await start();
    expect(await ask(again.connection, 'select value from kept')).toEqual([42]);
    expect(again.connection).toEqual(connection);
  });

  test('that is killed is started again, with what was committed', async () => {
    const { connection } = await start();
    await ask(connection, 'create table kept as select 42 as value');
    for (let kill = 0; kill < 2; kill++) {
      const pid = await readPid();
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => ask(connection, 'select value from kept').catch(() => undefined)).toEqual([42]);
      expect(await readPid()).not.toBe(pid);
    }
    expect(lines.join('\n')).toContain('it is started again');
  });

  test('ends when it was stopped, and is not started again', async () => {
    const { ended, stop } = await start();
    const pid = await readPid();
    await stop();
    await ended;
    await sleep(500);
    expect(isProcessAlive(pid)).toBe(false);
  });

  test('of a service that was killed ends by itself, and loses nothing', async () => {
    const script = `
      import { startPostgres } from '${new URL('server.ts', import.meta.url).href}';
      const { connection } = await startPostgres(process.argv[1], { onLine: () => undefined });
      console.log(JSON.stringify(connection));
      setInterval(() => undefined, 1000);`;
    for (let kill = 1; kill <= 3; kill++) {
      const service = spawn(process.execPath, ['--input-type=module', '-e', script, home]);
      const [first] = (await once(service.stdout, 'data')) as [Buffer];
      const connection = JSON.parse(first.toString()) as SocketConnection;
      await ask(connection, 'create table if not exists kept (value int)');
      await ask(connection, `insert into kept values (${kill})`);
      service.kill('SIGKILL');
      await once(service, 'exit');
    }
    const { connection } = await start();
    expect(await ask(connection, 'select value from kept order by value')).toEqual([1, 2, 3]);
  });

  test('is not kept from starting by files of a process id that is another program now', async () => {
    const { stop, connection } = await start();
    await stop();
    const other = spawn('sleep', ['60']);
    const content = `${other.pid}\n${await findData()}\n1\n5432\n${connection.host}\n\n\n`;
    await writeFile(join(await findData(), 'postmaster.pid'), content);
    await writeFile(join(connection.host, '.s.PGSQL.5432.lock'), content);
    try {
      await start();
      expect(await ask(connection, 'select 1 as value')).toEqual([1]);
    } finally {
      other.kill();
    }
  });

  test('takes up a first start that was interrupted', async () => {
    const { stop } = await start();
    await stop();
    const data = await findData();
    await rename(data, `${data}.partial`);
    const again = await start();
    expect(await ask(again.connection, 'select 1 as value')).toEqual([1]);
    expect((await readdir(home)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('of another major version is refused with the package to install', async () => {
    await mkdir(join(home, 'postgresql-14'));
    await expect(start()).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining('PostgreSQL 14'),
      hint: expect.stringContaining('postgresql-14'),
    });
  });

  test.skipIf(process.getuid?.() !== 0)('tells when its user may not enter the folder', async () => {
    const inner = join(home, 'closed', 'data');
    await mkdir(inner, { recursive: true });
    await chmod(join(home, 'closed'), 0o700);
    await expect(start(inner)).rejects.toMatchObject({
      code: 'STORAGE_UNAVAILABLE',
      message: expect.stringContaining(inner),
      hint: expect.stringContaining('--data'),
    });
  });

  test('in a folder whose path is too long for a socket has it elsewhere, and leaves nothing there', async () => {
    const long = join(home, 'x'.repeat(100));
    await mkdir(long);
    const { connection, stop } = await start(long);
    expect(connection.host.startsWith(long)).toBe(false);
    expect(await ask(connection, 'select 1 as value')).toEqual([1]);
    await stop();
    await expect(readdir(connection.host)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
