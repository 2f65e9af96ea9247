import { expect, test } from 'vitest';
import {
  formatDeb822Sources,
  parseDeb822Sources,
  parseOneLineSources,
  renameSuite,
  selectSources,
  splitCredentials,
} from './apt-sources.ts';

const deb822 = `Types: deb deb-src
# the archive
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example.org/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example.org
Suites: bookworm
Components: main
`;

test('the deb822 form is read, disabled entries left out', () => {
  expect(parseDeb822Sources(deb822)).toEqual([
    {
      uris: ['http://mirror.example.org/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    },
    {
      uris: ['http://mirror.example.org/debian-security'],
      suites: ['bookworm-security'],
      components: ['main'],
    },
  ]);
});

test('the one-line form is read, comments and source entries left out', () => {
  const text =
    '# deb http://no.example.org x main\ndeb-src http://a.example.org x main\n' +
    'deb [arch=amd64 signed-by=/k.gpg] http://a.example.org/ubuntu jammy main universe # note\n';
  expect(parseOneLineSources(text)).toEqual([
    {
      uris: ['http://a.example.org/ubuntu'],
      suites: ['jammy'],
      components: ['main', 'universe'],
      signedBy: '/k.gpg',
    },
  ]);
});

test('only the suite with its updates and security fixes is taken', () => {
  const sources = parseOneLineSources(
    'deb http://a x main\ndeb http://a x-backports main\ndeb http://cloud x sdk\n',
  );
  expect(selectSources(sources, 'x')).toEqual([{ uris: ['http://a'], suites: ['x'], components: ['main'] }]);
});

test('another suite of the distribution comes from the same mirrors', () => {
  const renamed = renameSuite(parseDeb822Sources(deb822), 'bookworm', 'trixie');
  expect(renamed.flatMap(({ suites }) => suites)).toEqual(['trixie', 'trixie-updates', 'trixie-security']);
});

test('what is written can be read back', () => {
  const sources = parseDeb822Sources(deb822);
  expect(parseDeb822Sources(formatDeb822Sources(sources))).toEqual(sources);
});

test('credentials leave the addresses and go into an auth file', () => {
  const { sources, aptAuth } = splitCredentials(
    parseOneLineSources('deb https://me:p%40ss@m.example.org/debian x main'),
  );
  expect(formatDeb822Sources(sources)).not.toMatch(/me:|p%40ss|p@ss/);
  expect(aptAuth).toBe('machine https://m.example.org/debian login me password p@ss\n');
});
