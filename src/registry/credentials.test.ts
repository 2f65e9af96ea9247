import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCredentials, listCredentialsFiles, readCredentials } from './credentials.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');

const file = (auths: Record<string, string>) =>
  JSON.stringify({
    auths: Object.fromEntries(Object.entries(auths).map(([key, text]) => [key, { auth: encode(text) }])),
  });

test('the entry that names the most of the repository wins', () => {
  const text = file({ 'r.example.org': 'a:1', 'r.example.org/team': 'b:2', 'r.example.org/team/x': 'c:3' });
  expect(findCredentials(text, 'r.example.org/team/y')).toEqual({ user: 'b', password: '2' });
  expect(findCredentials(text, 'r.example.org/teams/y')).toEqual({ user: 'a', password: '1' });
  expect(findCredentials(text, 'other.example.org/team')).toBeUndefined();
});

test.each([
  'https://r.example.org',
  'https://r.example.org/v1/',
  'https://r.example.org/v2/',
  'r.example.org',
])('%s is the name of a host', (key) => {
  expect(findCredentials(file({ [key]: 'me:x:y' }), 'r.example.org/a')).toEqual({
    user: 'me',
    password: 'x:y',
  });
});

test.each(['', '[]', 'null', '{"auths": {"r.example.org": {}}}', '{"auths": {"r.example.org": null}}'])(
  'a file that reads "%s" has none',
  (text) => {
    expect(findCredentials(text, 'r.example.org/a')).toBeUndefined();
  },
);

test('the first file that has credentials for the repository is taken; missing ones are passed over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cic-credentials-'));
  const names = ['none', 'other', 'first', 'second'].map((name) => join(folder, name));
  try {
    await writeFile(names[1] ?? '', file({ 'other.example.org': 'o:0' }));
    await writeFile(names[2] ?? '', file({ 'r.example.org': 'a:1' }));
    await writeFile(names[3] ?? '', file({ 'r.example.org': 'b:2' }));
    expect(await readCredentials(names, 'r.example.org/a')).toEqual({ user: 'a', password: '1' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('files are looked for where the log-in commands leave them', () => {
  const env = { REGISTRY_AUTH_FILE: '/own.json', XDG_RUNTIME_DIR: '/run/user/7' };
  const files = listCredentialsFiles({ env, home: '/home/me' });
  expect(files.slice(0, 2)).toEqual(['/own.json', '/run/user/7/containers/auth.json']);
  expect(files).toContain('/home/me/.docker/config.json');
  expect(listCredentialsFiles({ env: {}, home: '/home/me' })).toHaveLength(3);
});
