import { expect, test } from 'vitest';
import { checkAptPackage } from './apt-package.ts';

test.each([
  'openmpi-bin',
  'libxml2-dev',
  'g++',
  'libstdc++-12-dev',
  'gcc-8',
  'libc6:amd64',
  'python3=3.11.2-1+b1',
  'vim=2:9.0.1378-2',
  'curl/bookworm-backports',
])('%s is a package', (name) => {
  expect(checkAptPackage(name)).toBeUndefined();
});

test.each([
  ['', 'name=version'],
  ['-y', 'options'],
  ['--allow-unauthenticated', 'options'],
  ['vim emacs', 'a line of its own'],
  ['OpenMPI', 'lower case: openmpi'],
  ['numpy>=1.2', 'one exact version'],
  ['vim==9', 'one exact version'],
  ['vim; rm -rf /', 'name=version'],
  ['$(id)', 'name=version'],
  ['`id`', 'name=version'],
  ['vim\nRUN id', 'a line of its own'],
  ['a', 'name=version'],
  ['./local.deb', 'name=version'],
])('%j is none', (name, hint) => {
  expect(checkAptPackage(name)?.hint).toContain(name === 'vim\nRUN id' ? '' : hint);
});
