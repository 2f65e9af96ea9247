import { expect, test } from 'vitest';
import { maskCredentials } from '../../git/git.ts';
import { parseRegistryAddress } from './registry-address.ts';

test.each([
  ['https://git.example.org/a/b.git', { kind: 'remote', url: 'https://git.example.org/a/b.git' }],
  [
    'ssh://git@git.example.org:2222/a/b.git',
    { kind: 'remote', url: 'ssh://git@git.example.org:2222/a/b.git' },
  ],
  ['git@git.example.org:a/b.git', { kind: 'remote', url: 'git@git.example.org:a/b.git' }],
  ['file:///srv/registry.git', { kind: 'folder', path: '/srv/registry.git' }],
  ['/srv/registry', { kind: 'folder', path: '/srv/registry' }],
])('%s is an address', (text, address) => {
  expect(parseRegistryAddress(text)).toEqual(address);
});

test('credentials leave the address of an HTTPS registry', () => {
  expect(parseRegistryAddress('https://me:p%40ss@git.example.org/x')).toEqual({
    kind: 'remote',
    url: 'https://git.example.org/x',
    authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
  });
});

test.each([
  '',
  '-x',
  '--upload-pack=touch /tmp/x',
  'ext::sh -c id',
  'fd::17',
  'http://git.example.org/x',
  'git://git.example.org/x',
  'ftp://git.example.org/x',
  'ssh://-oProxyCommand=id/x',
  'ssh://me:secret@git.example.org/x',
  'file://host/share',
  'https://git.example.org/x#y',
  'https://',
  'a\nb',
])('%j is refused', (text) => {
  expect(() => parseRegistryAddress(text)).toThrow(
    expect.objectContaining({ code: 'STEP_REGISTRY_INVALID' }),
  );
});

test('a refused address shows no password', () => {
  expect(() => parseRegistryAddress('ssh://me:secret@git.example.org/x')).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret') }),
  );
});

test('passwords are masked wherever a URL stands in a text', () => {
  expect(maskCredentials("fatal: unable to access 'https://me:s3@git.example.org/x/': 403")).toBe(
    "fatal: unable to access 'https://git.example.org/x/': 403",
  );
});
