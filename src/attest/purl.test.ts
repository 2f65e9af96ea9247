import { expect, test } from 'vitest';
import type { AptPackage } from './package.ts';
import { toPurl } from './purl.ts';

const apt = (name: string, version: string): AptPackage => ({
  manager: 'apt',
  name,
  version,
  architecture: 'amd64',
  source: { name, version },
});

const bookworm = { id: 'debian', versionId: '12' };

test.each([
  [apt('libc6', '2.36-9+deb12u10'), 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12'],
  [apt('g++', '4:12.2.0-3'), 'pkg:deb/debian/g%2B%2B@4:12.2.0-3?arch=amd64&distro=debian-12'],
  [apt('x', '1.0~rc1'), 'pkg:deb/debian/x@1.0~rc1?arch=amd64&distro=debian-12'],
] as const)('Debian packages have architecture and distribution', (entry, purl) => {
  expect(toPurl(entry, bookworm)).toBe(purl);
});

test('without os-release packages of dpkg are taken for those of Debian', () => {
  expect(toPurl(apt('x', '1'), undefined)).toBe('pkg:deb/debian/x@1?arch=amd64');
});

test('a development version of a distribution has no number', () => {
  expect(toPurl(apt('x', '1'), { id: 'ubuntu' })).toBe('pkg:deb/ubuntu/x@1?arch=amd64&distro=ubuntu');
});

test("Python's names are normalised", () => {
  expect(toPurl({ manager: 'pip', name: 'Ruamel.Yaml_x', version: '1.0+local' }, bookworm)).toBe(
    'pkg:pypi/ruamel-yaml-x@1.0%2Blocal',
  );
});

test('Spack has no type of its own', () => {
  const entry = { manager: 'spack', name: 'hdf5', version: '1.14.5', hash: 'h', target: 'zen2' } as const;
  expect(toPurl(entry, bookworm)).toBe('pkg:generic/hdf5@1.14.5');
});
