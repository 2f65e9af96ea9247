import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listConfigKeys } from './environment.ts';
import { formatConfig } from './format-config.ts';
import type { Machine } from './machine-defaults.ts';
import { checkConfig, readSettings } from './read-config.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-format-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const full = `
registry: {prefix: registry.example.org/hpc, credentials_file: auth.json, sif: true}
network: {proxy: {http: "http://user:s3cret@proxy:3128"}}
workflow_registry: https://bot:t0ken@git.example.org/steps.git
spack: {config: {mirrors: {own: {access_token: t0ken}}}}
service:
  port: 9000
  oidc: {issuer: "https://login.example.org", client_id: cic, client_secret_file: secret, sign_up: true}
  retention: {builds: {days: 90, count: 1000}, logs: {total: 10G}, sifs: {days: 30}, engine_cache: {days: 7}}
`;

async function read(text: string, env: Machine['env'] = {}) {
  const file = join(folder, 'cic.yaml');
  await writeFile(file, text);
  const machine = { env, cwd: folder, home: folder, isRoot: false, osRelease: 'ID=debian\n' };
  return { settings: await readSettings(file, machine), machine };
}

test('what is printed is a configuration that means the same', async () => {
  const { settings, machine } = await read(
    full.replaceAll('t0ken}', '"***"}').replace(/:s3cret|:t0ken/g, ':***'),
  );
  const { problems, config } = checkConfig(formatConfig(settings), settings.config.file ?? '', machine);
  expect(problems).toEqual([]);
  expect(config).toEqual(settings.config);
});

test('every value has its source beside it', async () => {
  const { settings } = await read(full, { CIC_SERVICE_HOST: '0.0.0.0' });
  const lines = formatConfig(settings).split('\n');
  expect(lines).toContain('  port: 9000 # file');
  expect(lines).toContain('  host: 0.0.0.0 # CIC_SERVICE_HOST');
  expect(lines).toContain('  sign_up: closed');
});

test('no password is printed', async () => {
  const { settings } = await read(full);
  const text = formatConfig(settings, 'postgres://cic:p%40ss@db/cic?sslmode=require&password=other');
  expect(text).not.toMatch(/s3cret|t0ken|p%40ss|other/);
  expect(text).toContain('http: http://user:***@proxy:3128');
  expect(text).toContain('# DATABASE_URL: postgres://cic:***@db/cic?sslmode=require&password=***');
  expect(text).toContain(`credentials_file: ${join(folder, 'auth.json')}`);
});

test('every key of the service is printed', async () => {
  const limits = '{days: 1, total: 1G}';
  const retention = `{builds: {days: 1, count: 1}, logs: ${limits}, sifs: ${limits}, engine_cache: ${limits}}`;
  const admin = '{claim: groups, value: admins}';
  const oidc = `{issuer: "https://login.example.org", client_id: cic, client_secret_file: secret, admin: ${admin}}`;
  const { settings, machine } = await read(`service: {retention: ${retention}, oidc: ${oidc}}`);
  const printed = checkConfig(formatConfig(settings), 'printed.yaml', machine);
  expect(printed.problems).toEqual([]);
  const text = formatConfig(settings);
  for (const { path } of listConfigKeys().filter(({ path: [section] }) => section === 'service'))
    expect(text).toMatch(new RegExp(`^ +${path.at(-1)}:`, 'm'));
});
