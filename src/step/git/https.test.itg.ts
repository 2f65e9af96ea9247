import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveStep } from '../resolve-step.ts';

/** An HTTPS git server with a password, whose certificate only our own bundle knows. */
let root: string;
let server: Server;
let port: number;
const secret = 'pa:ss/w@rd';
const requests: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cic-https-'));
  const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  const work = join(root, 'work');
  for (const step of ['a', 'b']) {
    await mkdir(join(work, 'flow', step), { recursive: true });
    await writeFile(join(work, 'flow', step, 'data'), `content of ${step}`);
  }
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]) => execFileSync('git', ['-C', work, ...identity, ...args]);
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'x');
  git('clone', '-q', '--bare', work, join(root, 'registry.git'));
  git('--git-dir', join(root, 'registry.git'), 'config', 'uploadpack.allowFilter', 'true');
  server = createServer({ key: await readFile(key), cert: await readFile(cert) }, serveGit);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});

/** Hands a request to git's own CGI program. */
function serveGit(request: IncomingMessage, response: ServerResponse): void {
  const expected = `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`;
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    return;
  }
  requests.push(request.url ?? '');
  const [path, query = ''] = (request.url ?? '').split('?');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol'] as string,
    },
  });
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.stdout.on('end', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    for (const line of output.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(': ');
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(output.subarray(end + 4));
  });
}

function resolve(stepId: string, options: { credentials: string; environment?: Record<string, string> }) {
  const url = `https://${options.credentials}localhost:${port}/registry.git`;
  const { environment = { GIT_SSL_CAINFO: join(root, 'cert.pem') } } = options;
  return resolveStep(
    { kind: 'registry', workflow: 'flow', stepId, version: 'latest' },
    {
      cacheDirectory: join(root, 'cache'),
      registry: { url },
      gitEnvironment: { no_proxy: 'localhost', ...environment },
    },
  );
}

const credentials = `me:${encodeURIComponent(secret)}@`;

test('a step comes over HTTPS with a password and the site’s certificate authority', async () => {
  const step = await resolve('a', { credentials });
  expect(await readFile(join(step.folder, 'data'), 'utf8')).toBe('content of a');
  expect(step.registryUrl).toBe(`https://localhost:${port}/registry.git`);
});

test('contents of other steps are not fetched, and no file of the cache holds the password', async () => {
  await resolve('a', { credentials });
  const [clone = ''] = (await readdir(join(root, 'cache/registries'))).filter((name) =>
    name.endsWith('.git'),
  );
  const args = [
    '--git-dir',
    join(root, 'cache/registries', clone),
    'rev-list',
    '--objects',
    '--all',
    '--missing=print',
  ];
  const missing = execFileSync('git', args, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('?'));
  expect(missing).toHaveLength(1);
  const files = await readdir(join(root, 'cache'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const content = await readFile(join(file.parentPath, file.name), 'latin1');
    expect(content).not.toContain(secret);
    expect(content).not.toContain(encodeURIComponent(secret));
  }
});

test('a step that is known costs one question', async () => {
  await resolve('a', { credentials });
  requests.length = 0;
  await resolve('a', { credentials });
  expect(requests.filter((url) => url.includes('info/refs'))).toHaveLength(1);
});

test('a wrong password is refused without a prompt and without showing it', async () => {
  const failing = resolve('b', { credentials: 'me:wrong-secret@' });
  await expect(failing).rejects.toMatchObject({
    code: 'STEP_REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('credentials'),
  });
  const error = await failing.catch((caught: unknown) => caught);
  expect(JSON.stringify([error, (error as Error).message, (error as Error).cause ?? ''])).not.toContain(
    'wrong-secret',
  );
});

test('an unknown certificate authority is named as the reason', async () => {
  await expect(resolve('b', { credentials, environment: {} })).rejects.toMatchObject({
    code: 'STEP_REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('certificate authorities'),
  });
});
