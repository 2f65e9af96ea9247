import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { repository } from './cic.ts';
import { compilerSite } from './spack-packages.ts';
import { findSpack, isLegacy, writeSite } from './spack-site.ts';
import { buildSpackStep, isCompiled, isFromCache, runInSif } from './spack-step.ts';
import type { TestStep } from './step.ts';

const spack = await findSpack();
const isTested = spack !== undefined && !(await isLegacy(spack));

let folder: string;
let config: string;
let steps: TestStep[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-compiler-'));
  if (!isTested) return;
  await run({ file: `${repository}test/setup/debian-gcc.sh`, args: [] });
  const cache = join(folder, 'cache');
  await mkdir(cache);
  config = await writeSite(join(folder, 'site'), { ...spack, cache }, compilerSite);
});

afterEach(async () => {
  for (const step of steps) await step.remove();
  steps = [];
});

afterAll(() => rm(folder, { recursive: true }));

/** With a compiler that the suite of the base image has not. */
async function buildSif(spec: string) {
  const yaml = `base: trixie\nspack: {specs: [${spec}], packages: {all: {compiler: [gcc@11.3.0]}}}\n`;
  const files = { 'eflows4hpc.yaml': yaml };
  // The engine's layers would have the compiler of an earlier run.
  const outcome = await buildSpackStep({ stepId: 'compiler', files, config, args: ['--no-cache'] });
  steps.push(outcome.step);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  return { log: outcome.stderr, sif: outcome.report.path ?? '' };
}

describe.skipIf(!isTested)('a compiler that apt does not have', () => {
  test('is built once, and only its runtime libraries are in the images', async () => {
    const first = await buildSif('says-compiler');
    expect(isCompiled(first.log, 'gcc')).toBe(true);
    const second = await buildSif('says-compiler-too');
    expect(isFromCache(second.log, 'gcc')).toBe(true);
    expect(isCompiled(second.log, 'gcc')).toBe(false);
    expect(isCompiled(second.log, 'says-compiler-too')).toBe(true);
    for (const { sif } of [first, second]) {
      expect(await runInSif(sif, '/opt/view/bin/says-compiler*')).toBe('gcc 11.3.0, g++ 11.3.0\n');
      expect(await runInSif(sif, 'ldd /opt/view/bin/says-compiler*')).toMatch(
        /libstdc\+\+\.so\.6 => \/opt\/software\/gcc-runtime-11\.3\.0-/,
      );
      const tools =
        'find / -xdev \\( -name "gcc*" -o -name "g++*" -o -name "cc1*" -o -name as -o -name ld \\) -type f';
      expect(
        await runInSif(
          sif,
          `${tools} -perm -100 2>/dev/null; ls -d /opt/software/gcc-1* /opt/spack* 2>/dev/null || true`,
        ),
      ).toBe('');
    }
  });
});
