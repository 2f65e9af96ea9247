import { expect, test } from 'vitest';
import { findStagedPackage, parsePackageId } from './package-id.ts';

const hash = 'js7rtsbwt5zmrgn32adsifjvek4otzve';

test.each([
  ['zlib-1.3.1', 'zlib', '1.3.1'],
  ['py-numpy-1.24.2', 'py-numpy', '1.24.2'],
  ['hdf5-1.14.4-3', 'hdf5', '1.14.4-3'],
  ['hdf5-develop-1.14', 'hdf5', 'develop-1.14'],
  ['exageostat-master', 'exageostat', 'master'],
  ['libx11-1.8.4', 'libx11', '1.8.4'],
  ['intel-oneapi-mkl-2024.0', 'intel-oneapi-mkl', '2024.0'],
  ['compss-unstable', 'compss', 'unstable'],
])('%s is %s in the version %s', (text, name, version) => {
  expect(parsePackageId(`${text}-${hash}`)).toEqual({ name, version, hash });
});

test('a known name counts more than a digit', () => {
  const known = new Set(['py', 'py-3to2']);
  expect(parsePackageId(`py-3to2-1.1.1-${hash}`, known)).toEqual({ name: 'py-3to2', version: '1.1.1', hash });
});

test.each(['zlib', 'zlib-1.3.1', `-${hash}`, `zlib-${hash}`, `-1.2-${hash}`])('%s is no package', (text) => {
  expect(parsePackageId(text)).toBeUndefined();
});

test('the package is found by its stage folder, but not by that of a patch', () => {
  expect(
    findStagedPackage(`/tmp/root/spack-stage/spack-stage-bzip2-1.0.8-${hash}/bzip2-1.0.8.tar.gz`),
  ).toEqual({
    name: 'bzip2',
    version: '1.0.8',
    hash,
  });
  expect(findStagedPackage(`spack-stage--${hash}-patch-${'a'.repeat(64)}`)).toBeUndefined();
});
