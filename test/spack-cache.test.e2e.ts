import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { watchProcesses } from './processes.ts';
import {
  findAddress,
  listTags,
  type OpenRegistry,
  startOpenRegistry,
  startRegistry,
  startTlsRegistry,
  trust,
} from './registry.ts';
import { freshSite, sharedSite } from './spack-packages.ts';
import { findSpack, isLegacy, writeSite } from './spack-site.ts';
import {
  askFor,
  buildSpackStep,
  isCompiled,
  isFromCache,
  onMachine,
  runInSif,
  type SpackWish,
} from './spack-step.ts';
import type { TestStep } from './step.ts';

const spack = await findSpack();
/** It takes no registry on plain HTTP. */
const isOld = await isLegacy(spack);

let folder: string;
let steps: TestStep[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-cache-'));
});

afterEach(async () => {
  for (const step of steps) await step.remove();
  steps = [];
});

afterAll(() => rm(folder, { recursive: true }));

async function build(wish: SpackWish) {
  const outcome = await buildSpackStep(wish);
  steps.push(outcome.step);
  return outcome;
}

/** Names of the packages in the cache of a registry. */
async function packagesIn(registry: OpenRegistry): Promise<string[]> {
  const tags = await listTags(registry, 'hpc/spack');
  return tags.map((tag) => tag.replace(/-\d.*$/, ''));
}

/** From 1.2 on Spack's installer keeps that to itself. */
function tellsPushes(log: string): boolean {
  return log.includes(': Executing phase');
}

describe.skipIf(spack === undefined)('the package cache of this machine', () => {
  test('has every package that was built, also before one that failed; of this microarchitecture only', async () => {
    const site = await writeSite(join(folder, 'fresh'), spack ?? {}, freshSite());
    const files = askFor('lz4@1.9.4', 'fresh-failing');
    const wish = { stepId: 'fresh', files, config: site };
    const first = await build(wish);
    expect(first.report.code).toBe('SPACK_PACKAGE_FAILED');
    expect(first.stderr).toMatch(/fresh-failing[\s\S]*absent-[\d.-]+\.h: No such file or directory/);
    expect(isCompiled(first.stderr, 'fresh-tool')).toBe(true);
    const second = await build(wish);
    expect(isFromCache(second.stderr, 'lz4')).toBe(true);
    expect(isFromCache(second.stderr, 'fresh-tool')).toBe(true);
    expect(isCompiled(second.stderr, 'fresh-tool')).toBe(false);
    expect(isCompiled(second.stderr, 'fresh-failing')).toBe(true);
    const third = await build({
      ...wish,
      files: askFor('fresh-tool'),
      machine: { architecture: 'x86_64_v2' },
    });
    expect(third.exitCode, third.stderr).toBe(0);
    expect(isFromCache(third.stderr, 'fresh-tool')).toBe(false);
    expect(isCompiled(third.stderr, 'fresh-tool')).toBe(true);
    const flags = await runInSif(
      third.report.path ?? '',
      'cat /opt/software/fresh-tool-*/.spack/spack-build-env.txt',
    );
    expect(flags).toContain('-march=x86-64-v2');
  });
});

describe.skipIf(spack === undefined)('a package cache in a registry', () => {
  test.skipIf(isOld)(
    'has each package as soon as it is built, for other images on other machines',
    async () => {
      const registry = await startOpenRegistry();
      onTestFinished(registry.stop);
      const cache = `oci+http://${registry.host}/hpc/spack`;
      const config = await writeSite(join(folder, 'open'), { ...spack, cache }, sharedSite);
      const wish = { stepId: 'shared', config };
      const first = await build({
        ...wish,
        files: askFor('libsigsegv@2.14', 'lz4@1.9.4'),
        env: await onMachine(folder, 'first'),
      });
      expect(first.exitCode, first.stderr).toBe(0);
      for (const name of ['libsigsegv', 'lz4']) expect(isCompiled(first.stderr, name)).toBe(true);
      expect(await packagesIn(registry)).toEqual(expect.arrayContaining(['libsigsegv', 'lz4']));
      if (tellsPushes(first.stderr)) {
        // What others need is there before they begin.
        const pushed = first.stderr.search(/gcc-runtime: Pushed to build cache: 'cic-shared'/);
        expect(pushed).toBeGreaterThan(-1);
        expect(pushed).toBeLessThan(first.stderr.search(/(?:lz4|libsigsegv): Executing phase/));
      }
      const second = await build({
        ...wish,
        files: askFor('libsigsegv@2.14'),
        env: await onMachine(folder, 'second'),
      });
      expect(second.exitCode, second.stderr).toBe(0);
      expect(isFromCache(second.stderr, 'libsigsegv')).toBe(true);
      expect(isCompiled(second.stderr, 'libsigsegv')).toBe(false);
      expect(await runInSif(second.report.path ?? '', 'ls /opt/view/lib')).toContain('libsigsegv.so');
    },
  );

  // buildx has one cache for all: only a package that is new can come from the registry.
  test.each([
    ['buildx', 'buildah'],
    ['buildah', 'buildx'],
  ] as const)('is filled by %s, and read by %s', async (filling, reading) => {
    const registry = await startTlsRegistry(await findAddress('buildx'));
    onTestFinished(registry.stop);
    const site = { ...spack, cache: `oci://${registry.host}/hpc/spack` };
    const trusting = { ...freshSite(), caBundle: await trust(folder, registry) };
    const config = await writeSite(join(folder, filling), site, trusting);
    const wish = { stepId: 'engines', config, files: askFor('fresh-tool') };
    const first = await build({ ...wish, engine: filling, env: await onMachine(folder, `first-${filling}`) });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(isCompiled(first.stderr, 'fresh-tool')).toBe(true);
    const env = await onMachine(folder, `second-${filling}`);
    const second = await build({ ...wish, engine: reading, env });
    expect(second.exitCode, second.stderr).toBe(0);
    expect(isFromCache(second.stderr, 'fresh-tool')).toBe(true);
    expect(isCompiled(second.stderr, 'fresh-tool')).toBe(false);
  });

  test.each(['password', 'token'] as const)(
    'with a %s takes packages, and neither they nor the images and logs have the password',
    async (asksFor) => {
      const registry = await startRegistry(asksFor);
      onTestFinished(registry.stop);
      const cache = `oci://${registry.host}/hpc/spack`;
      const site = { ...spack, cache, cache_credentials_file: registry.credentials };
      const trusting = { ...sharedSite, caBundle: await trust(folder, registry) };
      const config = await writeSite(join(folder, `private-${asksFor}`), site, trusting);
      const wish = { stepId: 'private', config, files: askFor('libsigsegv@2.14') };
      const { auths } = JSON.parse(await readFile(registry.credentials, 'utf8'));
      const secrets = [registry.password, auths[registry.host].auth as string];
      const watches = secrets.map(watchProcesses);
      const first = await build({ ...wish, env: await onMachine(folder, `third-${asksFor}`) });
      expect(first.exitCode, first.stderr).toBe(0);
      expect(await packagesIn(registry)).toContain('libsigsegv');
      const second = await build({
        ...wish,
        args: ['--no-cache'],
        env: await onMachine(folder, `fourth-${asksFor}`),
      });
      expect(second.exitCode, second.stderr).toBe(0);
      expect(isFromCache(second.stderr, 'libsigsegv')).toBe(true);
      expect(isCompiled(second.stderr, 'libsigsegv')).toBe(false);
      for (const stopWatching of watches) expect(await stopWatching()).toEqual([]);
      for (const { stdout, stderr, report } of [first, second]) {
        for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
        // What Spack writes down of a build is part of the package: the second image has it from the cache.
        const patterns = secrets.map((secret) => `-e '${secret}'`).join(' ');
        const search = `grep -r -l -F ${patterns} /opt /etc /usr/local /var /root /tools 2>/dev/null || true`;
        expect(await runInSif(report.path ?? '', search)).toBe('');
      }
    },
  );

  test('that refuses packages is named as the reason', async () => {
    const registry = await startRegistry();
    onTestFinished(registry.stop);
    const cache = `oci://${registry.host}/hpc/spack`;
    const trusting = { ...sharedSite, caBundle: await trust(folder, registry) };
    const config = await writeSite(join(folder, 'refused'), { ...spack, cache }, trusting);
    const wish = { stepId: 'refused', config, files: askFor('libsigsegv@2.14') };
    const refused = await build({ ...wish, env: await onMachine(folder, 'fifth') });
    expect(refused.report.code, refused.stderr).toBe('SPACK_CACHE_UNWRITABLE');
    expect(refused.stderr).toContain('spack.cache_credentials_file');
    await registry.stop();
    const gone = await build({ ...wish, env: await onMachine(folder, 'sixth') });
    expect(gone.report.code, gone.stderr).toBe('SPACK_CACHE_UNWRITABLE');
    expect(gone.report.message).toContain('Connection refused');
  });
});
