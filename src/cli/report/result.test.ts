import { expect, test } from 'vitest';
import type { BuildResult } from '../../build/result.ts';
import { arm, cray } from '../../machine/system/system.fixture.ts';
import type { HpcSystem } from '../../machine/system/system.ts';
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
  const text = formatResult(
    { ...result, spackLockPath: '/images/w.spack.lock' },
    { engine: 'buildah' },
    plainPaint,
  );
  expect(text).toContain('  lock    /images/w.spack.lock\n');
  expect(formatResult(result, { engine: 'buildah' }, plainPaint)).not.toContain('lock ');
});

test('a named machine with a run line has its own way to run the SIF', () => {
  const format = (system?: HpcSystem) => formatResult(result, { engine: 'buildah', system }, plainPaint);
  expect(format(cray)).toContain(
    '  run it  apptainer run /images/w.sif\n  job     cic run-line /images/w.sif # how cray-gpu runs it\n',
  );
  expect(format(arm)).not.toContain('run-line');
  expect(format()).not.toContain('run-line');
});
