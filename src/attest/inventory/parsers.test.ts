import { describe, expect, test } from 'vitest';
import { parseDistInfo } from './dist-info.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import { parseOsRelease } from './os-release.ts';
import { parseSpackInstall } from './spack-install.ts';

describe('the status of dpkg', () => {
  const stanza = (...lines: string[]) => `Package: libgomp1\n${lines.join('\n')}\nVersion: 12.2.0-14\n`;

  test('gives name, version, architecture, maintainer and source', () => {
    const text = stanza(
      'Status: install ok installed',
      'Maintainer: Debian GCC Maintainers <gcc@example.org>',
      'Architecture: amd64',
      'Source: gcc-12',
      'Description: OpenMP\n Version: not this one\n .\n more',
    );
    expect(parseDpkgStatus(text)).toEqual([
      {
        manager: 'apt',
        name: 'libgomp1',
        version: '12.2.0-14',
        architecture: 'amd64',
        maintainer: 'Debian GCC Maintainers <gcc@example.org>',
        source: { name: 'gcc-12', version: '12.2.0-14' },
      },
    ]);
  });

  test('names the source of its own version where it has one', () => {
    const [entry] = parseDpkgStatus(stanza('Status: hold ok installed', 'Source: gcc-defaults (1.203)'));
    expect(entry?.source).toEqual({ name: 'gcc-defaults', version: '1.203' });
  });

  test.each(['deinstall ok config-files', 'install ok half-installed', 'install ok unpacked'])(
    '"%s" is not installed',
    (status) => {
      expect(parseDpkgStatus(stanza(`Status: ${status}`))).toEqual([]);
    },
  );

  test('of images without dpkg has no state: what is listed is there', () => {
    expect(parseDpkgStatus(stanza('Architecture: all'))).toHaveLength(1);
  });

  test('has stanzas with any number of empty lines between them', () => {
    const one = stanza('Status: install ok installed');
    expect(parseDpkgStatus(`\n${one}\n\n\n${one}\n`)).toHaveLength(2);
  });
});

describe('the metadata of a Python distribution', () => {
  test('gives name, version and an SPDX license', () => {
    const text =
      'Metadata-Version: 2.4\nName: numpy\nVersion: 2.3.0\nLicense-Expression: BSD-3-Clause AND MIT\n\nText';
    expect(parseDistInfo(text)).toEqual({
      manager: 'pip',
      name: 'numpy',
      version: '2.3.0',
      license: 'BSD-3-Clause AND MIT',
    });
  });

  test.each(['License: BSD', 'License-Expression: LicenseRef-Own', 'License-Expression: see "LICENSE"'])(
    'says nothing about the license with "%s"',
    (line) => {
      expect(parseDistInfo(`Name: x\nVersion: 1\n${line}\n`)).toEqual({
        manager: 'pip',
        name: 'x',
        version: '1',
      });
    },
  );

  test('ends where the description begins', () => {
    expect(parseDistInfo('Name: x\n\nVersion: 1\n')).toBeUndefined();
  });

  test('may have the line ends of Windows', () => {
    expect(parseDistInfo('Name: x\r\nVersion: 1\r\n\r\ntext')).toMatchObject({ name: 'x', version: '1' });
  });
});

describe('the spec of an installed Spack package', () => {
  const dependency = { name: 'gcc-runtime', version: '12.2.0', hash: 'dependency' };

  test('of Spack 1.x has its own node first, the target by name or as a mapping', () => {
    const text = (target: unknown) =>
      JSON.stringify({
        spec: {
          _meta: { version: 5 },
          nodes: [{ name: 'hdf5', version: '1.14.5', arch: { target }, hash: 'own' }, dependency],
        },
      });
    const entry = { manager: 'spack', name: 'hdf5', version: '1.14.5', hash: 'own' };
    expect(parseSpackInstall(text('x86_64_v3'))).toEqual({ ...entry, target: 'x86_64_v3' });
    expect(parseSpackInstall(text({ name: 'zen2', vendor: 'AuthenticAMD', parents: [] }))).toEqual({
      ...entry,
      target: 'zen2',
    });
  });

  test('of Spack 0.23 has a compiler besides', () => {
    const node = {
      name: 'zlib-ng',
      version: '2.2.1',
      arch: { platform: 'linux', platform_os: 'debian12', target: { name: 'zen2' } },
      compiler: { name: 'gcc', version: '12.2.0' },
      hash: 'own',
    };
    const text = JSON.stringify({ spec: { _meta: { version: 4 }, nodes: [node, dependency] } });
    expect(parseSpackInstall(text)).toMatchObject({ name: 'zlib-ng', hash: 'own', target: 'zen2' });
  });

  test.each(['', '[]', '{"spec": {"nodes": []}}', '{"spec": {"nodes": [{"name": "x"}]}}'])(
    'is none when it reads "%s"',
    (text) => {
      expect(parseSpackInstall(text)).toBeUndefined();
    },
  );
});

describe('os-release', () => {
  test('values may be quoted', () => {
    expect(parseOsRelease('NAME=x\nID=\'ubuntu\'\nVERSION_ID="22.04"\n')).toEqual({
      id: 'ubuntu',
      versionId: '22.04',
    });
  });

  test('of a development version has no number', () => {
    expect(parseOsRelease('ID=debian\nVERSION_ID_X=1\n')).toEqual({ id: 'debian' });
  });

  test('without an id is of no use', () => {
    expect(parseOsRelease('PRETTY_NAME=x\n')).toBeUndefined();
  });
});
