import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRig, type Rig, resolveTo } from '../../build/build.fixture.ts';
import { dryRun } from '../../build/dry-run.ts';
import { toPlanReport } from '../../build/plan-report.ts';
import { createSpackRig, lockText, makeSpackRequest, spackSection } from '../../build/spack/spack.fixture.ts';
import type { StepDescription } from '../../step/description.ts';
import { plainPaint } from '../paint.ts';
import { formatPlan } from './plan.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

async function plan(description: Partial<StepDescription>, lock = lockText) {
  const { deps, outputs } = await createSpackRig(rig);
  outputs.set('spack.lock', lock);
  const onEvent = () => undefined;
  return dryRun(makeSpackRequest(), { ...deps, ...resolveTo(rig, description) }, { onEvent });
}

/** Titles of the parts, without the comments of Dockerfiles. */
const titlesOf = (text: string) =>
  [...text.matchAll(/(?:^|\n\n)# (Dockerfile.*|spack.yaml|Spack packages)\n/g)].map(([, title]) => title);

describe('of a Spack environment', () => {
  test('people see both Dockerfiles, the environment and all packages', async () => {
    const text = formatPlan(await plan({ spack: spackSection }), plainPaint);
    expect(titlesOf(text)).toEqual([
      'Dockerfile of the build image',
      'Dockerfile of the image',
      'spack.yaml',
      'Spack packages',
    ]);
  });

  test('what is built comes first in the table, the externals below', async () => {
    const text = formatPlan(await plan({ spack: spackSection }), plainPaint);
    const table = /# Spack packages\n((?:.+\n)+)/.exec(text)?.[1]?.trimEnd().split('\n') ?? [];
    expect(table[0]).toBe('PACKAGE           VERSION  TARGET  COMES FROM');
    expect(table).toContain('zlib              1.3.1    zen3    Spack (built)');
    expect(table.at(-1)).toBe('gmake             4.3      zen3    the distribution (external)');
    expect(table).toHaveLength(8);
  });

  test('a column says which packages are compiled for a GPU', async () => {
    const lock = lockText.replace('"optimize":true', '"optimize":true,"cuda_arch":["80","90"]');
    const text = formatPlan(await plan({ spack: spackSection }, lock), plainPaint);
    expect(text).toMatch(/^PACKAGE +VERSION +TARGET +GPU +COMES FROM$/m);
    expect(text).toMatch(/^zlib +1\.3\.1 +zen3 +cuda_arch=80,90 +Spack \(built\)$/m);
    expect(text).toMatch(/^lz4 +\S+ +zen3 +- +Spack \(built\)$/m);
  });

  test('programs get packages and lock as values', async () => {
    const report = toPlanReport(await plan({ spack: spackSection }));
    expect(report.spack_packages).toContainEqual({
      name: 'zlib',
      version: '1.3.1',
      target: 'zen3',
      hash: 'js7rtsbwt5zmrgn32adsifjvek4otzve',
      external: false,
    });
    expect(report.spack_packages).toContainEqual(expect.objectContaining({ name: 'gcc', external: true }));
    expect(report.spack_lock).toBe(lockText);
    expect(report.spack_yaml).toContain('target=zen3');
    expect(report.build_dockerfile).toContain('spack-install.sh');
    expect(report.dockerfile).toContain('check-libraries.sh');
  });

  test('that keeps its build tools there is one Dockerfile', async () => {
    const planned = await plan({ spack: spackSection, keepBuildTools: true });
    expect(titlesOf(formatPlan(planned, plainPaint))).toEqual(['Dockerfile', 'spack.yaml', 'Spack packages']);
    expect(toPlanReport(planned)).toMatchObject({
      build_dockerfile: null,
      dockerfile: expect.stringContaining('spack-install.sh'),
    });
  });
});

test('of another step nothing is said of Spack', async () => {
  const planned = await plan({ apt: ['curl'] });
  expect(titlesOf(formatPlan(planned, plainPaint))).toEqual(['Dockerfile']);
  expect(toPlanReport(planned)).toMatchObject({
    image: 'minimal_workflow_wordcount_milan_nompi_nogpu:latest',
    build_dockerfile: null,
    spack_yaml: null,
    spack_packages: null,
    spack_lock: null,
  });
});
