import { expect, test } from 'vitest';
import { isInventoryFile, takeInventory } from './inventory.ts';

const filesOf = (files: Record<string, string>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));

const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`;

const spec = (name: string, version: string, hash: string) =>
  JSON.stringify({ spec: { nodes: [{ name, version, hash, arch: { target: 'zen2' } }] } });

test.each([
  'var/lib/dpkg/status',
  'var/lib/dpkg/status.d/libc6',
  'usr/lib/os-release',
  'opt/venv/lib/python3.11/site-packages/six-1.16.0.dist-info/METADATA',
  'usr/local/lib/python3.11/dist-packages/six-1.16.0.dist-info/METADATA',
  'opt/software/linux-zen2/hdf5-1.14.5-abc/.spack/spec.json',
])('%s says what is installed', (path) => {
  expect(isInventoryFile(path)).toBe(true);
});

test.each([
  'var/lib/dpkg/status-old',
  'var/lib/dpkg/status.d/libc6.md5sums',
  'home/var/lib/dpkg/status',
  'usr/lib/python3/dist-packages/blinker-1.5.dist-info/METADATA',
  'opt/venv/lib/python3.11/site-packages/six-1.16.0.dist-info/RECORD',
  'opt/software/hdf5/spec.json',
])('%s does not', (path) => {
  expect(isInventoryFile(path)).toBe(false);
});

test('packages come sorted by manager and name, each once', () => {
  const six = metadata('six', '1.16.0');
  const { packages, distribution } = takeInventory(
    filesOf({
      'usr/lib/os-release': 'ID=debian\nVERSION_ID="12"\n',
      'opt/a/site-packages/six-1.16.0.dist-info/METADATA': six,
      'opt/b/site-packages/six-1.16.0.dist-info/METADATA': six,
      'opt/software/zlib/.spack/spec.json': spec('zlib', '1.3.1', 'b'),
      'var/lib/dpkg/status':
        'Package: b\nStatus: install ok installed\nVersion: 1\n\nPackage: a\nStatus: install ok installed\nVersion: 1\n',
    }),
  );
  expect(packages.map(({ manager, name }) => `${manager} ${name}`)).toEqual([
    'apt a',
    'apt b',
    'pip six',
    'spack zlib',
  ]);
  expect(distribution).toEqual({ id: 'debian', versionId: '12' });
});

test("a Spack package's Python modules are that package, in its prefix and in a copied view", () => {
  const { packages } = takeInventory(
    filesOf({
      'opt/software/py-numpy-1.26/.spack/spec.json': spec('py-numpy', '1.26.0', 'c'),
      'opt/software/py-numpy-1.26/lib/python3.11/site-packages/numpy-1.26.0.dist-info/METADATA': metadata(
        'numpy',
        '1.26.0',
      ),
      'opt/view/lib/python3.11/site-packages/numpy-1.26.0.dist-info/METADATA': metadata('numpy', '1.26.0'),
      'opt/venv/lib/python3.11/site-packages/numpy-2.0.0.dist-info/METADATA': metadata('numpy', '2.0.0'),
    }),
  );
  expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'numpy 2.0.0',
    'py-numpy 1.26.0',
  ]);
});

test('the same Spack package in two builds is there twice', () => {
  const { packages } = takeInventory(
    filesOf({
      'a/.spack/spec.json': spec('zlib', '1.3.1', 'a'),
      'b/.spack/spec.json': spec('zlib', '1.3.1', 'b'),
    }),
  );
  expect(packages).toHaveLength(2);
});

test('an image without any package manager has an empty inventory', () => {
  expect(takeInventory(new Map())).toEqual({ packages: [] });
});

test('files that are not what they should be are passed over', () => {
  const { packages } = takeInventory(
    filesOf({ 'a/.spack/spec.json': 'no JSON', 'x/site-packages/x-1.dist-info/METADATA': 'Home-page: x\n' }),
  );
  expect(packages).toEqual([]);
});
