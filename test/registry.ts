import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, startProcess } from '../src/exec/run.ts';

export type OpenRegistry = {
  /** `localhost:PORT` */
  readonly host: string;
  stop(): Promise<void>;
};

/** A private registry: with a certificate of its own authority, and a password. */
export type TestRegistry = OpenRegistry & {
  readonly caBundle: string;
  /** Credentials as `skopeo login` writes them. */
  readonly credentials: string;
  readonly password: string;
  /** Runs skopeo with the right to read. */
  inspect(repository: string): Promise<{ readonly Digest: string }>;
  /** The manifest, or the index, as it is stored. @param reference `repository:tag` or `repository@digest` */
  inspectRaw<T>(reference: string): Promise<T>;
};

const user = 'cic';
const password = 'p4ss-w0rd-of-the-test';

export async function startRegistry(): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-registry-'));
  const file = (name: string) => join(folder, name);
  await makeCertificate(file('key.pem'), file('cert.pem'));
  const { stdout } = await run({ file: 'htpasswd', args: ['-nbB', user, password] });
  await writeFile(file('htpasswd'), stdout);
  const { host, stop } = await serve(folder, {
    http: { tls: { certificate: file('cert.pem'), key: file('key.pem') } },
    auth: { htpasswd: { realm: 'test', path: file('htpasswd') } },
  });
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  await writeFile(file('auth.json'), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  const inspect = async (...args: string[]) => {
    const all = ['inspect', `--authfile=${file('auth.json')}`, ...args];
    const result = await run({ file: 'skopeo', args: all, env: { SSL_CERT_FILE: file('cert.pem') } });
    return JSON.parse(result.stdout) as unknown;
  };
  return {
    host,
    caBundle: file('cert.pem'),
    credentials: file('auth.json'),
    password,
    inspect: async (repository) => (await inspect(`docker://${host}/${repository}`)) as { Digest: string },
    inspectRaw: async <T>(reference: string) =>
      (await inspect('--raw', `docker://${host}/${reference}`)) as T,
    stop,
  };
}

/** A registry on plain HTTP that everybody may write to. */
export async function startOpenRegistry(): Promise<OpenRegistry> {
  return serve(await mkdtemp(join(tmpdir(), 'cic-registry-')), { http: {} });
}

type Access = {
  readonly http: Readonly<Record<string, unknown>>;
  readonly auth?: Readonly<Record<string, unknown>>;
};

/** @param folder Holds everything; stopping removes it. */
async function serve(folder: string, access: Access): Promise<OpenRegistry> {
  const host = `localhost:${await findPort()}`;
  const file = join(folder, 'config.yml');
  await writeFile(file, formatConfig(host, folder, access));
  const end = new AbortController();
  const server = startProcess({ file: 'docker-registry', args: ['serve', file] }, { signal: end.signal });
  server.stdin.end();
  server.stdout.resume();
  const ended = server.done.then(
    () => undefined,
    () => undefined,
  );
  await waitForPort(Number(host.split(':')[1]));
  return {
    host,
    async stop() {
      end.abort();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeCertificate(key: string, certificate: string): Promise<void> {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  await run({ file: 'openssl', args: [...args, ...names, '-keyout', key, '-out', certificate] });
}

/** JSON is YAML. */
function formatConfig(host: string, folder: string, { http, auth }: Access): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { ...http, addr: host },
    ...(auth && { auth }),
  });
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function waitForPort(port: number): Promise<void> {
  const url = `https://localhost:${port}/`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const error = await fetch(url).then(
      () => undefined,
      ({ cause }: { cause?: { code?: string } }) => cause?.code,
    );
    if (error !== 'ECONNREFUSED') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the registry does not answer');
}
