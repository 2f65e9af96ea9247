import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineKind } from '../src/engine/port.ts';
import { run, startProcess } from '../src/exec/run.ts';
import { type Login, startTokenServer } from './token-server.ts';

export type OpenRegistry = {
  /** `localhost:PORT`, or the address in its place */
  readonly host: string;
  /** Where it keeps all that was pushed. */
  readonly folder: string;
  stop(): Promise<void>;
};

/** A registry with a certificate of its own authority, that everybody may write to. */
export type TlsRegistry = OpenRegistry & { readonly caBundle: string };

/** A private registry: with a certificate of its own authority, and a password. */
export type TestRegistry = TlsRegistry & {
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

/** @param asksFor What its clients show: the password itself, or a token that they got for it elsewhere. */
export async function startRegistry(asksFor: 'password' | 'token' = 'password'): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-registry-'));
  const file = (name: string) => join(folder, name);
  const address = 'localhost';
  const tls = await makeCertificate(folder, address);
  const access =
    asksFor === 'token'
      ? await startTokenServer({ ...tls, address, login: `${user}:${password}` })
      : await allowPassword(file('htpasswd'));
  const server = await serve(folder, { address, http: { tls }, auth: access.auth });
  const { host } = server;
  const auth = Buffer.from(`${user}:${password}`).toString('base64');
  await writeFile(file('auth.json'), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  const inspect = async (...args: string[]) => {
    const all = ['inspect', `--authfile=${file('auth.json')}`, ...args];
    const result = await run({ file: 'skopeo', args: all, env: { SSL_CERT_FILE: file('cert.pem') } });
    return JSON.parse(result.stdout) as unknown;
  };
  return {
    ...server,
    caBundle: tls.certificate,
    credentials: file('auth.json'),
    password,
    inspect: async (repository) => (await inspect(`docker://${host}/${repository}`)) as { Digest: string },
    inspectRaw: async <T>(reference: string) =>
      (await inspect('--raw', `docker://${host}/${reference}`)) as T,
    async stop() {
      await access.stop();
      await server.stop();
    },
  };
}

async function allowPassword(file: string): Promise<Login> {
  const { stdout } = await run({ file: 'htpasswd', args: ['-nbB', user, password] });
  await writeFile(file, stdout);
  return { auth: { htpasswd: { realm: 'test', path: file } }, stop: async () => undefined };
}

/** A registry on plain HTTP that everybody may write to. */
export async function startOpenRegistry(address = 'localhost'): Promise<OpenRegistry> {
  return serve(await mkdtemp(join(tmpdir(), 'cic-registry-')), { address, http: {} });
}

export async function startTlsRegistry(address = 'localhost'): Promise<TlsRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-registry-'));
  const tls = await makeCertificate(folder, address);
  return { ...(await serve(folder, { address, http: { tls } })), caBundle: tls.certificate };
}

/** Tags of a repository of a {@link OpenRegistry}; none where there is no such repository. */
export async function listTags({ folder }: OpenRegistry, repository: string): Promise<string[]> {
  const tags = join(folder, 'docker/registry/v2/repositories', repository, '_manifests/tags');
  return readdir(tags).catch(() => []);
}

/** Path of a bundle in `folder` with the authorities of this machine and that of a registry. */
export async function trust(folder: string, { caBundle }: Pick<TlsRegistry, 'caBundle'>): Promise<string> {
  const file = join(folder, 'trusted.pem');
  const own = await readFile('/etc/ssl/certs/ca-certificates.crt', 'utf8');
  await writeFile(file, own + (await readFile(caBundle, 'utf8')));
  return file;
}

/** Where builds of an engine reach this machine: those of Docker have a network of their own. */
export async function findAddress(engine: EngineKind): Promise<string> {
  if (engine === 'buildah') return 'localhost';
  const args = ['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'];
  return (await run({ file: 'docker', args })).stdout.trim();
}

type Access = {
  readonly address: string;
  readonly http: Readonly<Record<string, unknown>>;
  readonly auth?: Readonly<Record<string, unknown>>;
};

/** @param folder Holds everything; stopping removes it. */
async function serve(folder: string, access: Access): Promise<OpenRegistry> {
  const host = `${access.address}:${await findPort()}`;
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
  await waitFor(host);
  return {
    host,
    folder: join(folder, 'data'),
    async stop() {
      end.abort();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeCertificate(
  folder: string,
  address: string,
): Promise<Record<'key' | 'certificate', string>> {
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'cert.pem') };
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${address}`];
  const names = ['-addext', `subjectAltName=${isIP(address) === 0 ? 'DNS' : 'IP'}:${address}`];
  await run({ file: 'openssl', args: [...args, ...names, '-keyout', files.key, '-out', files.certificate] });
  return files;
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

async function waitFor(host: string): Promise<void> {
  const url = `https://${host}/`;
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
