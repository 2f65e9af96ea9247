import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppError } from '../errors/app-error.ts';
import { listConfigKeys } from './environment.ts';
import type { Machine } from './machine-defaults.ts';
import { checkConfig, readConfig } from './read-config.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-environment-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function machineWith(env: Machine['env']): Machine {
  const none = { XDG_CONFIG_HOME: join(folder, 'none') };
  return { env: { ...none, ...env }, cwd: folder, home: folder, isRoot: false, osRelease: 'ID=debian\n' };
}

test('variables win over the file, which wins over defaults', async () => {
  const file = join(folder, 'cic.yaml');
  await writeFile(file, 'service: {port: 1234, host: 10.0.0.1}\n');
  const env = { CIC_SERVICE_PORT: '4321', CIC_SERVICE_LIMITS_CRASHES: '7', CIC_SERVICE_HOST: '' };
  const { service } = await readConfig(file, machineWith(env));
  expect(service).toMatchObject({ port: 4321, host: '10.0.0.1', downloads: 'authenticated' });
  expect(service.limits.crashes).toBe(7);
});

test('numbers, lists, sizes, choices and truth have their types', async () => {
  const env = {
    CIC_SERVICE_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8',
    CIC_SERVICE_QUOTA_STORED: '2T',
    CIC_SERVICE_SESSION_HOURS: '0.5',
    CIC_SERVICE_DOWNLOADS: 'anonymous',
    CIC_REGISTRY_PREFIX: 'registry.example.org/hpc',
    CIC_REGISTRY_INSECURE: 'true',
    CIC_NETWORK_CA_BUNDLE: 'false',
    CIC_WORKFLOW_REGISTRY: 'https://git.example.org/steps.git',
  };
  const config = await readConfig(undefined, machineWith(env));
  expect(config.service).toMatchObject({
    trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
    sessionHours: 0.5,
    downloads: 'anonymous',
    quota: { storedBytes: 2 ** 41 },
  });
  expect(config.registry).toMatchObject({ prefix: 'registry.example.org/hpc', insecure: true });
  expect(config.network.caBundle).toBeUndefined();
  expect(config.workflowRegistry).toBe('https://git.example.org/steps.git');
});

test('a variable that means nothing is refused with the nearest name', async () => {
  const reading = readConfig(undefined, machineWith({ CIC_SERVICE_PROT: '1', CIC_CONFIGURATION: 'x' }));
  await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  const message = await reading.catch((error: AppError) => error.message);
  expect(message).toBe('CIC_SERVICE_PROT: is no variable that CIC knows (did you mean "CIC_SERVICE_PORT"?)');
});

test('a faulty value is told by the name of its variable', async () => {
  const file = join(folder, 'cic.yaml');
  await writeFile(file, 'service:\n  downloads: nobody\n');
  const env = { CIC_SERVICE_PORT: 'http', CIC_SERVICE_CONCURRENCY: '0' };
  const message = await readConfig(file, machineWith(env)).catch((error: AppError) => error.message);
  expect(message).toContain('CIC_SERVICE_PORT: must be a number, not a text');
  expect(message).toContain('CIC_SERVICE_CONCURRENCY: ');
  expect(message).toContain(`${file}:2:14: service.downloads: `);
});

test('a file is checked by itself, whatever the environment says', () => {
  const { problems, config } = checkConfig('', 'cic.yaml', machineWith({ CIC_SERVICE_PORT: 'x' }));
  expect(problems).toEqual([]);
  expect(config?.service.port).toBe(8080);
});

test('every variable belongs to one key', () => {
  const variables = listConfigKeys().map(({ variable }) => variable);
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toContain('CIC_SERVICE_RETENTION_ENGINE_CACHE_TOTAL');
});
