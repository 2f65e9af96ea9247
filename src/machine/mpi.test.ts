import { expect, test } from 'vitest';
import { formatMpi, mpiAbiOf, parseMpiSpec } from './mpi.ts';

test.each([
  ['openmpi@4', { family: 'openmpi', version: '4' }],
  ['openmpi@4.1.5 +pmi schedulers=slurm', { family: 'openmpi', version: '4.1.5' }],
  ['mpich@=3.4.3', { family: 'mpich', version: '3.4.3' }],
  ['mpich@3.4:4', { family: 'mpich', version: '3.4' }],
  ['mpich@:4', { family: 'mpich', version: '4' }],
  ['intel-oneapi-mpi', { family: 'intel-oneapi-mpi' }],
])('the spec %s is read', (spec, expected) => {
  expect(parseMpiSpec(spec)).toEqual(expected);
});

test('a library is written as Spack does', () => {
  expect(formatMpi({ family: 'mpich', version: '3.4.3' })).toBe('mpich@3.4.3');
  expect(formatMpi({ family: 'mpich' })).toBe('mpich');
});

test.each([
  ['mpich@3.4.3', 'mpich'],
  ['mpich@3', 'mpich'],
  ['mpich@3.0.4', 'other'],
  ['intel-mpi@2018', 'mpich'],
  ['intel-mpi@4.1', 'other'],
  ['mvapich2@2.3', 'mpich'],
  ['cray-mpich@8.1.29', 'mpich'],
  ['parastationmpi@5.10', 'mpich'],
  ['openmpi@4', 'openmpi'],
  ['openmpi@2.1.6', 'other'],
  ['openmpi', 'openmpi'],
  ['mystery@1', undefined],
  ['constructor', undefined],
])('%s has the ABI %s', (spec, abi) => {
  expect(mpiAbiOf(parseMpiSpec(spec))).toBe(abi);
});
