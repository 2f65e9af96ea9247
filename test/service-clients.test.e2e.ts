import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from './cic.ts';
import { adminPassword, startService, type TestService } from './service.ts';
import { startTlsProxy, type TlsProxy } from './tls-proxy.ts';

/**
 * Those who call a service: the commands of `cic`, `cic_cli`, and the documented calls of curl and wget, through TLS
 * with a certificate authority of one's own.
 */

let service: TestService;
let proxy: TlsProxy;
let folder: string;

const filename = 'minimal_workflow_wordcount_none_nompi_nogpu_v_latest.sif';
const request = `{
  "machine": {
    "platform": "linux/amd64",
    "architecture": "none",
    "container_engine": "singularity"},
  "workflow":"minimal_workflow",
  "step_id" :"wordcount",
  "force": False
}
`;

beforeAll(async () => {
  service = await startService();
  proxy = await startTlsProxy(service.origin);
  folder = await mkdtemp(join(tmpdir(), 'cic-clients-'));
  await writeFile(join(folder, 'request.json'), request);
  // The first start compiles, and says so.
  await cic('--version');
}, 300_000);

afterAll(async () => {
  await proxy?.remove();
  await service?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

type Outcome = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

type Running = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly done: Promise<Outcome>;
};

/** Starts a program in the test's folder, with settings of its own and no authority but what it is given. */
function start(file: string, args: readonly string[], input = ''): Running {
  const env = { ...process.env, XDG_CONFIG_HOME: join(folder, 'config'), NODE_EXTRA_CA_CERTS: '' };
  const child = spawn(file, args, { cwd: folder, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const done = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    stdout,
    stderr,
  }));
  return { child, output: () => stdout, done };
}

const run = (file: string, args: readonly string[], input?: string) => start(file, args, input).done;
const cic = (...args: string[]) => run(`${repository}cic`, args);
const cicCli = (...args: string[]) => run(`${repository}cic_cli`, args);

async function askForBuild(fields: object = {}): Promise<string> {
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'singularity' };
  const body = { machine, workflow: 'minimal_workflow', step_id: 'wordcount', ...fields };
  const reply = await service.fetch('/build/', { method: 'POST', body: JSON.stringify(body) });
  return ((await reply.json()) as { id: string }).id;
}

async function sha256Of(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

test('curl and wget get an image as they always did', { timeout: 300_000 }, async () => {
  const [url, user, password] = [proxy.origin, 'admin', adminPassword];
  const json = ['-H', 'Content-Type: application/json', '-d', '@request.json'];
  const asked = await run('curl', [
    '-k',
    '-L',
    '-X',
    'POST',
    `${url}/image_creation/build`,
    ...json,
    '--user',
    `${user}:${password}`,
  ]);
  const { id } = JSON.parse(asked.stdout) as { id: string };
  let status = '';
  while (status !== 'FINISHED') {
    await sleep(500);
    const polled = await run('curl', [
      '-k',
      '-L',
      '-X',
      'GET',
      `${url}/image_creation/build/${id}`,
      '--user',
      `${user}:${password}`,
    ]);
    ({ status } = JSON.parse(polled.stdout) as { status: string });
    expect(['PENDING', 'STARTED', 'BUILDING', 'CONVERTING', 'FINISHED']).toContain(status);
  }
  const address = `${url}/image_creation/images/download/${filename}`;
  const loaded = await run('wget', [
    '--no-check-certificate',
    '--user',
    user,
    '--password',
    password,
    address,
  ]);
  expect(loaded.exitCode).toBe(0);
  const first = await sha256Of(join(folder, filename));
  await truncate(join(folder, filename), 1_000_000);
  const resumed = await run('curl', ['-k', '-C', '-', '-O', '--user', `${user}:${password}`, address]);
  expect(resumed.exitCode).toBe(0);
  expect(await sha256Of(join(folder, filename))).toBe(first);
  const sums = await run('curl', ['-k', '--user', `${user}:${password}`, `${address}.sha256`]);
  expect((await run('sha256sum', ['-c'], sums.stdout)).stdout).toBe(`${filename}: OK\n`);
  await rm(join(folder, filename));
});

test('cic_cli builds, asks and downloads in its own words', { timeout: 300_000 }, async () => {
  const call = ['admin', adminPassword, proxy.origin];
  const asked = await cicCli('-k', ...call, 'build', 'request.json');
  expect(asked).toMatchObject({ exitCode: 0, stderr: '' });
  const [, id = ''] = /^Response:\n\{"id":"([0-9a-f-]{36})"\}\n$/.exec(asked.stdout) ?? [];
  expect(id).not.toBe('');
  let told: Outcome;
  do {
    await sleep(300);
    told = await cicCli('-k', ...call, 'status', id);
    expect(told.stdout).toMatch(
      /^Response:\n\{"status":"[A-Z]+","message":.*,"image_id":.*,"filename":.*\}\n$/,
    );
  } while (!told.stdout.includes('"status":"FINISHED"'));
  const loaded = await cicCli('-k', ...call, 'download', filename);
  expect(loaded).toMatchObject({ exitCode: 0, stdout: 'Response:\n' });
  expect(loaded.stderr).toContain('100 %');
  expect((await stat(join(folder, filename))).size).toBeGreaterThan(1_000_000);
  await rm(join(folder, filename));
});

test('cic_cli verifies whom it gives the password to', async () => {
  const refused = await cicCli('admin', adminPassword, proxy.origin, 'status', 'x');
  expect(refused).toMatchObject({ exitCode: 3, stdout: 'Response:\n' });
  expect(refused.stderr).toContain('self-signed certificate');
});

test('cic logs in with a certificate authority of the site', async () => {
  const word = ['login', proxy.origin, '--user', 'admin', '--password-stdin'];
  const unknown = await run(`${repository}cic`, word, adminPassword);
  expect(unknown.exitCode).toBe(3);
  const wrong = await run(`${repository}cic`, [...word, '--ca', proxy.ca], 'wrong');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('AUTH_INVALID');
  const { exitCode, stderr } = await run(
    `${repository}cic`,
    [...word, '--ca', proxy.ca],
    `${adminPassword}\n`,
  );
  expect(stderr).toContain(`logged in to ${proxy.origin}/image_creation`);
  expect(exitCode).toBe(0);
  expect((await stat(join(folder, 'config/cic/credentials.json'))).mode & 0o777).toBe(0o600);
});

test('cic build --remote --wait --download ends with the file', { timeout: 300_000 }, async () => {
  const built = await cic(
    'build',
    '--remote',
    '--wait',
    '--download',
    '-r',
    'request.json',
    '--ca',
    proxy.ca,
  );
  expect(built.stderr).toMatch(/^publish +/m);
  expect(built.exitCode).toBe(0);
  expect(built.stdout).toContain('✓ succeeded');
  expect(built.stdout.trimEnd().split('\n').at(-1)).toBe(filename);
  const [, sha256] = /sha256 +([0-9a-f]{64})/.exec(built.stdout) ?? [];
  expect(await sha256Of(join(folder, filename))).toBe(sha256);
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  await rm(join(folder, filename));
});

test('a request with faults is told by the lines of its file', async () => {
  await writeFile(join(folder, 'faulty.json'), request.replace('linux/amd64', 'linux/amd65'));
  const { exitCode, stderr } = await cic('build', '--remote', '-r', 'faulty.json', '--ca', proxy.ca);
  expect(stderr).toContain('faulty.json:3:17: machine.platform: "linux/amd65" is not a platform');
  expect(exitCode).toBe(2);
});

test('a dry run ends with its plan', { timeout: 300_000 }, async () => {
  const planned = await cic('build', '--remote', '--dry-run', '-r', 'request.json', '--ca', proxy.ca);
  expect(planned.exitCode).toBe(0);
  expect(JSON.parse(planned.stdout)).toMatchObject({ filename, dockerfile: expect.stringContaining('FROM') });
});

test('logs -f goes on when the connection is cut and the service starts again', {
  timeout: 300_000,
}, async () => {
  const id = await askForBuild({ force: true });
  const following = start(`${repository}cic`, ['logs', '-f', id, '--ca', proxy.ca]);
  while (!following.output().includes('==> Base image')) await sleep(50);
  proxy.cut();
  await sleep(200);
  await service.end('SIGKILL');
  service = await service.restart();
  const { exitCode, stdout, stderr } = await following.done;
  expect(exitCode).toBe(0);
  expect(stderr).toContain('the connection was lost');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('==> succeeded');
  const { stdout: log } = await cic('logs', id, '--ca', proxy.ca);
  expect(stdout).toBe(log);
});

test('list, status and cancel', { timeout: 300_000 }, async () => {
  const id = await askForBuild({ force: true, version: 'latest', step_id: 'wordcount' });
  expect((await cic('list', '--ca', proxy.ca)).stdout).toContain(id);
  const cancelled = await cic('cancel', id.slice(0, 13), '--ca', proxy.ca);
  expect(cancelled.stderr).toContain(`${id} is being stopped`);
  const following = await cic('logs', '-f', id, '--ca', proxy.ca);
  expect(following.exitCode).toBe(0);
  const { stdout } = await cic('status', id, '--json', '--ca', proxy.ca);
  expect(JSON.parse(stdout)).toMatchObject({ id, state: 'cancelled', failure: { code: 'CANCELLED' } });
  const loaded = await cic('download', id, '--ca', proxy.ca);
  expect(loaded.stderr).toContain('CANCELLED');
  const other = await cic('status', '00000000-0000-4000-8000-000000000000', '--ca', proxy.ca);
  expect(other).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('BUILD_NOT_FOUND') });
});
