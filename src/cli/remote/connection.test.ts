import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CliContext } from '../io.ts';
import { connect, parseServiceUrl } from './connection.ts';
import { credentialsPath, readCredentials, writeCredentials } from './credentials.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cic-credentials-'));
});

afterEach(() => rm(home, { recursive: true, force: true }));

function createContext(env: Record<string, string> = {}): CliContext {
  const stream = { write: () => true };
  const signal = new AbortController().signal;
  return { stdout: stream, stderr: stream, env: { XDG_CONFIG_HOME: home, ...env }, cwd: () => home, signal };
}

const url = 'https://cic.example.org/image_creation';

test('addresses are brought to one form', () => {
  expect(parseServiceUrl('https://CIC.example.org/image_creation/')).toBe(url);
  expect(parseServiceUrl('cic.example.org:8443')).toBe('https://cic.example.org:8443');
  expect(parseServiceUrl('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  for (const text of ['ftp://x', 'https://', 'https://a:b@c', 'https://x?y=1']) {
    expect(() => parseServiceUrl(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  }
});

test('tokens are kept for the user alone', async () => {
  const { env } = createContext();
  await writeCredentials({ current: url, services: { [url]: { token: 'cic_secret' } } }, env);
  expect((await stat(credentialsPath(env))).mode & 0o777).toBe(0o600);
  expect(await readCredentials(env)).toEqual({ current: url, services: { [url]: { token: 'cic_secret' } } });
});

test('the service of the last login is used, with its token', async () => {
  const context = createContext();
  await writeCredentials({ current: url, services: { [url]: { token: 'cic_secret' } } }, context.env);
  expect(await connect({}, context)).toMatchObject({ url, authorization: 'Bearer cic_secret' });
});

test('CIC_TOKEN wins over what is kept', async () => {
  const context = createContext({ CIC_TOKEN: 'cic_other' });
  expect(await connect({ service: url }, context)).toMatchObject({ authorization: 'Bearer cic_other' });
});

test('nobody is logged in at first', async () => {
  await expect(connect({}, createContext())).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  await expect(connect({ service: url }, createContext())).rejects.toMatchObject({
    code: 'AUTH_REQUIRED',
    hint: expect.stringContaining(`cic login ${url}`),
  });
});

test('a damaged file is told by its path', async () => {
  const context = createContext();
  await writeCredentials({ services: {} }, context.env);
  await writeFile(credentialsPath(context.env), '{');
  await expect(connect({}, context)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
