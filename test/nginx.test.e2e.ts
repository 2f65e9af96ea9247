import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run, startProcess } from '../src/exec/run.ts';
import { withDatabase } from '../src/serve/with-database.ts';
import { repository } from './cic.ts';
import { adminPassword, startService, type TestService } from './service.ts';

const host = 'images.example.org';
const sizeBytes = 200 * 2 ** 20;

let service: TestService;
let silent: Server;
let folder: string;
let origin: string;
const end = new AbortController();
let nginx: Promise<unknown>;

beforeAll(async () => {
  silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const steps = `https://127.0.0.1:${portOf(silent)}/steps.git`;
  service = await startService({
    config: { workflow_registry: steps, service: { trusted_proxies: ['127.0.0.1'] } },
    env: { no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' },
  });
  folder = await mkdtemp(join(tmpdir(), 'cic-nginx-'));
  const port = await startNginx();
  origin = `https://${host}:${port}`;
}, 120_000);

afterAll(async () => {
  end.abort();
  await nginx;
  await service?.remove();
  silent?.close();
  await rm(folder, { recursive: true, force: true });
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The files of deploy/nginx as they are, but for addresses, the certificate and where they lie. */
async function startNginx(): Promise<number> {
  const spare = createServer().listen(0, '127.0.0.1');
  await once(spare, 'listening');
  const port = portOf(spare);
  spare.close();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names];
  await run({ file: 'openssl', args: [...args, '-keyout', key, '-out', certificate] });
  await cp(join(repository, 'deploy/nginx/cic-proxy.conf'), join(folder, 'cic-proxy.conf'));
  const conf = (await readFile(join(repository, 'deploy/nginx/cic.conf'), 'utf8'))
    .replace('127.0.0.1:8080', new URL(service.origin).host)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace(/ssl_certificate_key .*/, `ssl_certificate_key ${key};`)
    .replace(/ssl_certificate {5}.*/, `ssl_certificate ${certificate};`)
    .replaceAll('/etc/nginx/cic-proxy.conf', join(folder, 'cic-proxy.conf'));
  await mkdir(join(folder, 'temp'));
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, 'temp', name)};`,
  );
  const main = [
    `daemon off; pid ${join(folder, 'pid')}; error_log stderr warn; user root;`,
    'events {}',
    `http { access_log off; ${paths.join(' ')}\n${conf}}`,
  ];
  await writeFile(join(folder, 'nginx.conf'), main.join('\n'));
  const server = startProcess(
    { file: 'nginx', args: ['-p', folder, '-c', join(folder, 'nginx.conf')] },
    { signal: end.signal, onLine: (line) => console.error(line) },
  );
  nginx = server.done.catch((error: Error) => error);
  const ask = () => curl('/image_creation/api/v1/health', [], String(port));
  await vi.waitFor(async () => expect(await ask()).toContain('"ok"'), { timeout: 60_000, interval: 100 });
  return port;
}

/** Prints the answer; redirects are not followed. */
async function curl(
  path: string,
  args: readonly string[] = [],
  port = new URL(origin).port,
): Promise<string> {
  const known = ['--cacert', join(folder, 'cert.pem'), '--resolve', `${host}:${port}:127.0.0.1`];
  const all = [
    '--silent',
    '--show-error',
    '--noproxy',
    '*',
    ...known,
    ...args,
    `https://${host}:${port}${path}`,
  ];
  const { stdout } = await run({ file: 'curl', args: all }, { acceptExitCodes: [0, 28] });
  return stdout;
}

const asAdmin = ['--user', `admin:${adminPassword}`];
const status = ['--output', '/dev/null', '--write-out', '%{http_code}'];

test.each([
  ['/build', '401'],
  ['/build/', '401'],
  ['/image_creation/build/', '401'],
  ['/image_creation/api/v1/builds', '401'],
  ['/login', '200'],
  ['/image_creation/metrics', '404'],
  ['/elsewhere', '404'],
])('%s is answered with %s, without a redirect', async (path, expected) => {
  const args = path.includes('/build') && !path.includes('v1') ? ['--data', '{}'] : [];
  const credentials = expected === '200' ? asAdmin : [];
  expect(await curl(path, [...status, ...args, ...credentials])).toBe(expected);
});

test('events of a running build come through as they happen', async () => {
  const machine = { platform: 'linux/amd64', architecture: 'none', container_engine: 'docker' };
  const body = JSON.stringify({ machine, workflow: 'minimal_workflow', step_id: 'wordcount' });
  const { id } = JSON.parse(await curl('/build/', [...asAdmin, '--data', body])) as { id: string };
  await expect.poll(() => curl(`/build/${id}`, asAdmin)).toContain('STARTED');
  const events = `/image_creation/api/v1/builds/${id}/events`;
  const live = [...asAdmin, '--no-buffer', '--max-time', '2'];
  expect(await curl(events, live)).toContain('event: attempt-started');
  const compressed = await curl(events, [...live, '--compressed', '--dump-header', '-']);
  expect(compressed).toMatch(/content-encoding: gzip/i);
  expect(compressed).toContain('event: attempt-started');
});

test('a large file comes through whole and in parts, and not by a file of nginx', async () => {
  const filename = 'large.sif';
  await writeFile(join(service.data, 'images', filename), 'head');
  await truncate(join(service.data, 'images', filename), sizeBytes);
  const config = { dataDirectory: service.data } as Parameters<typeof withDatabase>[0];
  await withDatabase(config, ({ pool }) =>
    pool.query(
      `insert into images (reference, sif_filename, sif_sha256, sif_size_bytes, manifest_digest, recipe_digest)
       values ('large:1', $1, 'abc', $2, 'sha256:1', 'sha256:2')`,
      [filename, sizeBytes],
    ),
  );
  const path = `/images/download/${filename}`;
  const report = ['--output', '/dev/null', '--write-out', '%{http_code} %{size_download}'];
  expect(await curl(path, [...asAdmin, ...report])).toBe(`200 ${sizeBytes}`);
  const rest = ['--range', `${sizeBytes - 10}-`];
  expect(await curl(`/image_creation${path}`, [...asAdmin, ...report, ...rest])).toBe('206 10');
  expect(await curl(path, [...asAdmin, '--head'])).toMatch(new RegExp(`content-length: ${sizeBytes}`, 'i'));
  expect(await readdir(join(folder, 'temp/proxy')).catch(() => [])).toEqual([]);
  expect(await curl('/image_creation/metrics', status)).toBe('404');
});
