import { expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import type { InstalledPackage, Inventory } from './package.ts';
import { formatSbom, type SbomSubject } from './spdx.ts';

const subject: SbomSubject = {
  name: 'team/minimal_workflow_wordcount_rome_nompi_nogpu',
  manifestDigest: digestOf('manifest'),
  architecture: 'amd64',
  created: '2024-02-03T04:05:06.789012345Z',
};

const packages: readonly InstalledPackage[] = [
  {
    manager: 'apt',
    name: 'libstdc++6',
    version: '12.2.0-14+deb12u1',
    architecture: 'amd64',
    maintainer: 'Debian GCC Maintainers <debian-gcc@example.org>',
    source: { name: 'gcc-12', version: '12.2.0-14+deb12u1' },
  },
  { manager: 'pip', name: 'numpy', version: '2.3.0', license: 'BSD-3-Clause' },
  { manager: 'pip', name: 'six', version: '1.16.0' },
  {
    manager: 'spack',
    name: 'hdf5',
    version: '1.14.5',
    hash: 'c5bxlim3zge4snwrwtd6rzuvq2unek6s',
    target: 'zen2',
  },
];

const inventory: Inventory = { distribution: { id: 'debian', versionId: '12' }, packages };

type Parsed = {
  readonly creationInfo: { readonly created: string };
  readonly packages: readonly { readonly SPDXID: string; readonly [key: string]: unknown }[];
  readonly relationships: readonly Record<string, string>[];
};

const parse = (changes: Partial<SbomSubject> = {}, entries = packages) =>
  JSON.parse(formatSbom({ ...subject, ...changes }, { ...inventory, packages: entries }, '1.2.3')) as Parsed;

test('the document of an image with apt, pip and Spack packages', async () => {
  await expect(formatSbom(subject, inventory, '1.2.3')).toMatchFileSnapshot('golden/sbom.spdx.json');
});

test('ids are unique and of the allowed characters, also where names differ in others', () => {
  const both = ['g++', 'g--', 'g++'].map((name, index) => ({
    ...(packages[0] as InstalledPackage & { manager: 'apt' }),
    name,
    version: `${index > 1 ? 2 : 1}`,
  }));
  const ids = parse({}, both).packages.map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
});

test('two builds of one Spack package have two ids', () => {
  const one = packages[3] as InstalledPackage & { manager: 'spack' };
  const [, first, second] = parse({}, [one, { ...one, hash: 'other' }]).packages;
  expect(first?.SPDXID).not.toBe(second?.SPDXID);
});

test('the document describes the image, and the image contains every package', () => {
  const { packages: listed, relationships } = parse();
  expect(relationships[0]).toEqual({
    spdxElementId: 'SPDXRef-DOCUMENT',
    relationshipType: 'DESCRIBES',
    relatedSpdxElement: 'SPDXRef-Image',
  });
  const contained = relationships.slice(1).map(({ relatedSpdxElement }) => relatedSpdxElement);
  expect(contained).toEqual(listed.slice(1).map(({ SPDXID }) => SPDXID));
});

test.each([
  ['2024-02-03T04:05:06.789012345Z', '2024-02-03T04:05:06Z'],
  ['2024-02-03T04:05:06+02:00', '2024-02-03T02:05:06Z'],
  ['yesterday', '1970-01-01T00:00:00Z'],
])('an image made at %s gives a document of %s', (created, expected) => {
  expect(parse({ created }).creationInfo.created).toBe(expected);
});

test('what is not known is said to be unknown', () => {
  const [, apt] = parse().packages;
  expect(apt).toMatchObject({ licenseDeclared: 'NOASSERTION', downloadLocation: 'NOASSERTION' });
});

test('a maintainer without an address is left out', () => {
  const [, entry] = parse({}, [
    { ...(packages[0] as InstalledPackage & { manager: 'apt' }), maintainer: 'me' },
  ]).packages;
  expect(entry).not.toHaveProperty('supplier');
});
