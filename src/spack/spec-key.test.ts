import { expect, test } from 'vitest';
import { toSpecKey } from './spec-key.ts';

/** On the right what Spack 1.1.1 makes of it in a lock. */
test.each([
  ['zlib @1.3.1 +shared', 'zlib@1.3.1+shared'],
  ["hdf5@1.14+mpi~cxx api=v114 cflags='-O3 -g'", "hdf5@1.14 cflags='-O3 -g' ~cxx+mpi api=v114"],
  ['hdf5@1.14 +mpi ~cxx', 'hdf5@1.14~cxx+mpi'],
  ['a@1.6:,1.2:1.4', 'a@1.2:1.4,1.6:'],
  ['builtin.zlib', 'zlib'],
  ['a ^zlib+pic ^mpich@4', 'a ^mpich@4 ^zlib+pic'],
  ['a foo=b,a', 'a foo=a,b'],
  ['a arch=linux-debian12-zen3', 'a platform=linux os=debian12 target=zen3'],
  ['a cuda_arch=80,90 +cuda', 'a+cuda cuda_arch=80,90'],
  ['a foo=True', 'a+foo'],
  ['a ^[virtuals=mpi] mpich', 'a ^mpi=mpich'],
  ['a %c,cxx=gcc@13', 'a %c,cxx=gcc@13'],
  ['a %gcc@13', 'a %gcc@13'],
])('%s is the same as %s', (written, kept) => {
  expect(toSpecKey(written)).toBe(toSpecKey(kept));
});

test.each([
  ['zlib@1.3', 'zlib@=1.3'],
  ['zlib@1.3', 'zlib@1.3.1'],
  ['zlib', 'zlib+pic'],
  ['zlib+pic', 'zlib~pic'],
  ['zlib+pic', 'zlib++pic'],
  ['a ^mpich', 'a ^openmpi'],
  ['a ^b', 'a %b'],
  ['a ^b+x', 'a+x ^b'],
  ['a', 'a/abcdef'],
])('%s is not the same as %s', (one, other) => {
  expect(toSpecKey(one)).not.toBe(toSpecKey(other));
});

test('what is no spec is the same as itself only', () => {
  expect(toSpecKey('zlib@@')).toBe('zlib@@');
});
