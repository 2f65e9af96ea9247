import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planEnvironment } from '../../spack/environment.ts';
import { checkGivenLock } from './check-given-lock.ts';

/** Its roots are `zlib@1.3.1+shared` and `lz4`, for zen3. */
const lock = readFileSync(new URL('../../spack/golden/zlib-lz4-1.1.lock', import.meta.url), 'utf8');

const check = (specs: readonly unknown[], text = lock) => {
  const machine = { microarchitecture: 'zen3' };
  const environment = planEnvironment({ section: { specs }, machine, isLegacy: false, view: '/opt/view' });
  checkGivenLock(text, environment, 'zen3');
};

describe('a lock that is given', () => {
  test.each([
    ['as Spack writes it', ['zlib@1.3.1+shared', 'lz4']],
    ['in another order and spelling', ['lz4', 'zlib @1.3.1 shared=True']],
    ['twice', ['lz4', 'zlib@1.3.1+shared', 'lz4']],
  ])("has the step's specs: %s", (_what, specs) => {
    check(specs);
  });

  test('lacks a spec of the step', () => {
    expect(() => check(['zlib@1.3.1+shared', 'lz4', 'hdf5@1.14 +mpi'])).toThrow(
      expect.objectContaining({
        code: 'SPACK_LOCK_MISMATCH',
        message: "the lock is of another environment than the step's: it lacks hdf5@1.14+mpi",
        details: { missing: ['hdf5@1.14+mpi'], unwanted: [] },
      }),
    );
  });

  test('has another root, and the same package in another version', () => {
    expect(() => check(['zlib@1.2'])).toThrow(
      expect.objectContaining({
        code: 'SPACK_LOCK_MISMATCH',
        message:
          "the lock is of another environment than the step's: it lacks zlib@1.2; it has zlib@1.3.1+shared, lz4, which the step does not ask for",
      }),
    );
  });

  test('may have further roots where the step has specs that are no plain text', () => {
    const matrix = { matrix: [['zlib@1.3.1'], ['+shared']] };
    check(['lz4', matrix]);
    expect(() => check(['bzip2', matrix])).toThrow(expect.objectContaining({ code: 'SPACK_LOCK_MISMATCH' }));
  });

  test('that cannot be read is told as such', () => {
    expect(() => check(['lz4'], '{')).toThrow(expect.objectContaining({ code: 'SPACK_LOCK_INVALID' }));
  });
});
