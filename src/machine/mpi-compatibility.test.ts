import { describe, expect, test } from 'vitest';
import { findMpiMismatch } from './mpi-compatibility.ts';
import { cray } from './system/system.fixture.ts';
import type { Pmi, SystemMpi } from './system/system.ts';

const host = (mpi: SystemMpi) => ({ name: 'here', mpi });

describe("where the host's library replaces the image's, both need one ABI", () => {
  test.each(['mpich@3.4', 'mpich@4.1.2', 'intel-oneapi-mpi', 'mvapich2@2.3', 'mystery@1', ''])(
    '%j on a Cray is no reason for a warning',
    (spec) => {
      expect(findMpiMismatch(spec, cray)).toBeUndefined();
    },
  );

  test('Open MPI on a Cray is, with both sides and what to use instead', () => {
    expect(findMpiMismatch('openmpi@4.1', cray)).toEqual({
      message:
        'openmpi@4.1 of the image (libmpi.so.40) is not ABI-compatible with cray-mpich@8.1.31 of cray-gpu (libmpi.so.12)',
      hint: 'images for cray-gpu use mpich@3.4.3',
    });
  });

  test('a library that is older than the ABI is', () => {
    expect(findMpiMismatch('mpich@3.0', cray)?.message).toContain("older than its family's ABI");
  });

  test('a host for which nothing is recommended names the family', () => {
    expect(findMpiMismatch('mpich@4', host({ family: 'openmpi', abi: 'openmpi' }))?.hint).toBe(
      'use a library of the openmpi family, whose programs load libmpi.so.40',
    );
  });
});

describe("where the image's own library runs, it must understand the PMI", () => {
  const hybrid = (pmi?: Pmi) =>
    host({ family: 'cray-mpich', abi: 'mpich', model: 'hybrid', ...(pmi !== undefined && { pmi }) });

  test.each([
    ['openmpi@5', 'pmix'],
    ['openmpi@4.1', 'pspmix'],
    ['openmpi@4.1 +pmi', 'pmi2'],
    ['mpich@4.1', 'pmix'],
    ['mpich@3.4.3', 'pmi2'],
    ['intel-oneapi-mpi', 'pmix'],
  ] as const)('%s understands %s', (spec, pmi) => {
    expect(findMpiMismatch(spec, hybrid(pmi))).toBeUndefined();
  });

  test.each([
    ['openmpi@5', 'pmi2'],
    ['openmpi@5 +pmi', 'pmi2'],
    ['openmpi', 'pmi2'],
    ['openmpi@4.1', 'pmi2'],
    ['mpich@3.4.3', 'pmix'],
  ] as const)('%s does not understand %s', (spec, pmi) => {
    expect(findMpiMismatch(spec, hybrid(pmi))?.message).toContain(`does not understand ${pmi}`);
  });

  test('without a PMI that is known, the ABI counts: mpirun of the host starts the ranks', () => {
    expect(findMpiMismatch('openmpi@5', hybrid())?.message).toContain('not ABI-compatible');
  });
});

test('a system whose MPI is not known gives no warning', () => {
  expect(findMpiMismatch('openmpi@4', { name: 'here' })).toBeUndefined();
});
