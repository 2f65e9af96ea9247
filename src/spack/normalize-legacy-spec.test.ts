import { expect, test } from 'vitest';
import { normalizeLegacySpec } from './normalize-legacy-spec.ts';
import { parseSpec } from './parse-spec.ts';
import { formatSpec } from './spec.ts';

function normalize(text: string): string {
  const { spec, problems } = parseSpec(text);
  if (spec === undefined) throw new Error(problems.map(({ message }) => message).join('; '));
  return formatSpec(normalizeLegacySpec(spec));
}

test.each([
  ['proj@7.2.0 curl=False tiff=False', 'proj@7.2.0~curl~tiff'],
  ['nlopt python=True', 'nlopt+python'],
  ['nlopt python=true', 'nlopt+python'],
  ['hdf5 shared==FALSE', 'hdf5~~shared'],
  ['gromacs ^proj curl=False', 'gromacs ^proj~curl'],
  ['kratos@9.4 apps=LinearSolversApplication', 'kratos@9.4 apps=LinearSolversApplication'],
])('the old spelling %s means %s', (old, now) => {
  expect(normalize(old)).toBe(now);
});

test('what follows a compiler belongs to the package, as it did before Spack 1', () => {
  expect(normalize('hdf5 %gcc@12 +mpi target=zen2')).toBe('hdf5+mpi target=zen2 %gcc@12');
  expect(normalize('hdf5 ^zlib %gcc@12 +shared')).toBe('hdf5 ^zlib+shared %gcc@12');
});

test('what follows a compiler in the spelling of Spack 1 stays with the compiler', () => {
  expect(normalize('hdf5 %c,cxx=gcc@12 +binutils')).toBe('hdf5 %c,cxx=gcc@12+binutils');
  expect(normalize('hdf5 %zlib +shared')).toBe('hdf5 %zlib+shared');
});
