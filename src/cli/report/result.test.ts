import { expect, test } from 'vitest';
import type { BuildResult } from '../../build/result.ts';
import { digestOf } from '../../oci/digest.ts';
import { plainPaint } from '../paint.ts';
import { formatResult, toFailureReport, toResultReport } from './result.ts';

const result: BuildResult = {
  imageReference: 'w_s_milan_nompi_nogpu:latest',
  manifestDigest: digestOf('manifest'),
  recipeDigest: digestOf('recipe'),
  sif: { path: '/images/w.sif', sha256: 'ab', sizeBytes: 3_000_000 },
  timingsMs: { resolve: 250, spack: 61_000 },
};

test('a finished build is told with all its files', () => {
  const report = toResultReport({ ...result, spackLockPath: '/images/w.spack.lock' });
  expect(report).toMatchObject({
    status: 'FINISHED',
    filename: 'w.sif',
    spack_lock: '/images/w.spack.lock',
    sbom: null,
    timings: { resolve: 0.25, spack: 61, total: 61.25 },
  });
});

test('without a Spack environment there is no lock, and keys are there all the same', () => {
  expect(toResultReport(result).spack_lock).toBeNull();
  expect(Object.keys(toFailureReport('no', 'SPACK_FAILED')).sort()).toEqual(
    Object.keys(toResultReport(result)).sort(),
  );
});

test('people read where the lock is', () => {
  const text = formatResult({ ...result, spackLockPath: '/images/w.spack.lock' }, 'buildah', plainPaint);
  expect(text).toContain('  lock    /images/w.spack.lock\n');
  expect(formatResult(result, 'buildah', plainPaint)).not.toContain('lock ');
});
