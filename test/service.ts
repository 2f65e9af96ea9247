import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '..');
const main = join(root, 'dist/cli/main.js');

export const adminPassword = 'correct-horse-battery';
/** Who signs in to the pages. */
export const admin = { name: 'admin', password: adminPassword };

/** A real `cic serve` with its own database, in a folder of its own. */
export type TestService = {
  /** `http://127.0.0.1:PORT`; frozen routes answer here. */
  readonly origin: string;
  /** `<origin>/image_creation/api/v1` */
  readonly api: string;
  readonly data: string;
  readonly pid: number;
  /** What it said so far: its log, and on standard error. */
  output(): string;
  /** Sends a request as the first administrator, or with the headers that are given. */
  fetch(path: string, init?: RequestInit & { readonly as?: string | undefined }): Promise<Response>;
  /** Ends it with a signal and waits for its end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data and port. */
  restart(): Promise<TestService>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
};

export type TestServiceOptions = {
  /** JSON of the configuration file, besides the engine. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: any that is free. */
  readonly port?: number;
};

/** Starts a service from `dist/` and waits until its worker is ready. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'cic-service-'));
  await chmod(folder, 0o711);
  const data = join(folder, 'data');
  await mkdir(data);
  const config = join(folder, 'config.json');
  const defaults = { engine: { kind: 'buildah' }, workflow_registry: join(root, 'examples/workflows') };
  await writeFile(config, JSON.stringify({ ...defaults, ...options.config }));
  const port = options.port ?? (await findFreePort());
  return start({ folder, data, config, port, env: options.env ?? {} });
}

/** `name:password` as an Authorization header. */
export function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

type Place = {
  readonly folder: string;
  readonly data: string;
  readonly config: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
};

async function start(place: Place): Promise<TestService> {
  const { folder, data, config, port } = place;
  const args = [main, 'serve', '--port', String(port), '--data', data, '--config', config];
  const env = { ...process.env, CIC_ADMIN_PASSWORD: adminPassword, ...place.env };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const origin = `http://127.0.0.1:${port}`;
  const api = `${origin}/image_creation/api/v1`;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await exited)[0];
  };
  await waitUntilReady(
    api,
    () => child.exitCode !== null,
    () => output,
  );
  return {
    origin,
    api,
    data,
    pid: child.pid ?? 0,
    output: () => output,
    fetch(path, { as = basic('admin', adminPassword), ...init } = {}) {
      const headers = new Headers(init.headers);
      if (as !== '' && !headers.has('authorization')) headers.set('authorization', as);
      return fetch(path.startsWith('http') ? path : `${origin}${path}`, { ...init, headers });
    },
    end,
    restart: () => start(place),
    async remove() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(api: string, hasExited: () => boolean, output: () => string): Promise<void> {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    const isReady = await fetch(`${api}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (hasExited()) break;
    await sleep(50);
  }
  throw new Error(`cic serve does not become ready:\n${output()}`);
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
