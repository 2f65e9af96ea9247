import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import { startTlsRegistry, trust } from './registry.ts';
import { freshSite, siteOfThisRun } from './spack-packages.ts';
import { type SignedCache, signPackages } from './spack-signing.ts';
import { findSpack, type TestSpack, writeSite } from './spack-site.ts';
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

let folder: string;
/** Filled by one site, with packages for x86_64_v3. */
let filled: string;
let steps: TestStep[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cic-public-cache-'));
  filled = join(folder, 'filled');
  if (spack === undefined) return;
  const config = await siteWith({ cache: filled });
  const { exitCode, stderr } = await build({ config, ...sigsegv, env: await onMachine(folder, 'first') });
  expect(exitCode, stderr).toBe(0);
});

afterEach(async () => {
  for (const step of steps) await step.remove();
  steps = [];
});

afterAll(() => rm(folder, { recursive: true }));

const sigsegv = { stepId: 'public', files: askFor('libsigsegv@2.14') };

const base = siteOfThisRun();
let sites = 0;

/** A site with a cache folder of its own, which is empty. */
function siteWith(settings: TestSpack, caBundle?: string): Promise<string> {
  sites += 1;
  const own = { cache: join(folder, `own-${sites}`), ...spack, ...settings };
  return writeSite(join(folder, `site-${sites}`), own, { ...base, ...(caBundle && { caBundle }) });
}

async function build(wish: SpackWish) {
  const outcome = await buildSpackStep(wish);
  steps.push(outcome.step);
  return outcome;
}

/** Paths, sizes and times of all that lies in a folder. */
async function listFiles(cache: string): Promise<string[]> {
  const { stdout } = await run({ file: 'find', args: [cache, '-printf', '%P %s %T@\n'] });
  return stdout.trim().split('\n').sort();
}

async function packagesIn(cache: string): Promise<string> {
  return (await readdir(cache, { recursive: true })).filter((path) => /spec/.test(path)).join('\n');
}

function expectNothingCompiled(log: string): void {
  expect(isFromCache(log, 'libsigsegv')).toBe(true);
  for (const name of ['libsigsegv', 'gcc-runtime']) expect(isCompiled(log, name)).toBe(false);
}

describe.skipIf(spack === undefined)('a public cache that is a folder', () => {
  test('is read and not written; what it has not is built, and kept by the site', async () => {
    const before = await listFiles(filled);
    const own = join(folder, 'second-site');
    const config = await siteWith({ cache: own, public_caches: [{ url: filled, signed: false }] });
    const same = await build({ config, ...sigsegv, env: await onMachine(folder, 'second') });
    expect(same.exitCode, same.stderr).toBe(0);
    expectNothingCompiled(same.stderr);
    expect(await runInSif(same.report.path ?? '', 'ls /opt/view/lib')).toContain('libsigsegv.so');
    expect(await packagesIn(own)).toBe('');
    const files = askFor('libsigsegv@2.14', 'lz4@1.9.4');
    const more = await build({ config, stepId: 'more', files, env: await onMachine(folder, 'third') });
    expect(more.exitCode, more.stderr).toBe(0);
    expectNothingCompiled(more.stderr);
    expect(isCompiled(more.stderr, 'lz4')).toBe(true);
    expect(await packagesIn(own)).toContain('lz4-1.9.4');
    expect(await packagesIn(own)).not.toContain('libsigsegv');
    expect(await listFiles(filled)).toEqual(before);
  });

  // buildx has one cache for all: only a package that is new can come from the folder.
  test('is read by buildx too', async () => {
    const [cache, site] = [join(folder, 'fresh'), freshSite()];
    const files = askFor('fresh-tool');
    const filling = await writeSite(join(folder, 'filling'), { ...spack, cache }, site);
    const env = await onMachine(folder, 'tenth');
    const first = await build({ config: filling, stepId: 'fresh', files, env });
    expect(first.exitCode, first.stderr).toBe(0);
    const settings = { ...spack, public_caches: [{ url: cache, signed: false }] };
    const config = await writeSite(join(folder, 'reading'), settings, site);
    const second = await build({ config, stepId: 'fresh', files, engine: 'buildx' });
    expect(second.exitCode, second.stderr).toBe(0);
    expect(isFromCache(second.stderr, 'fresh-tool')).toBe(true);
    expect(isCompiled(second.stderr, 'fresh-tool')).toBe(false);
  });

  test('with packages for another microarchitecture gives none of them', async () => {
    const config = await siteWith({ public_caches: [{ url: `file://${filled}`, signed: false }] });
    const machine = { architecture: 'x86_64_v2' };
    const env = await onMachine(folder, 'fourth');
    const { exitCode, stderr, report } = await build({ config, ...sigsegv, machine, env });
    expect(exitCode, stderr).toBe(0);
    expect(isFromCache(stderr, 'libsigsegv')).toBe(false);
    expect(isCompiled(stderr, 'libsigsegv')).toBe(true);
    const flags = 'cat /opt/software/libsigsegv-*/.spack/spack-build-env.txt';
    expect(await runInSif(report.path ?? '', flags)).toContain('-march=x86-64-v2');
  });
});

describe.skipIf(spack === undefined)('a public cache in a registry', () => {
  test('is read and not written', async () => {
    const registry = await startTlsRegistry();
    onTestFinished(registry.stop);
    const caBundle = await trust(folder, registry);
    const url = `oci://${registry.host}/others/spack`;
    const filling = await siteWith({ cache: url }, caBundle);
    const first = await build({ config: filling, ...sigsegv, env: await onMachine(folder, 'fifth') });
    expect(first.exitCode, first.stderr).toBe(0);
    const before = await listFiles(registry.folder);
    const config = await siteWith({ public_caches: [{ url, signed: false }] }, caBundle);
    const second = await build({ config, ...sigsegv, env: await onMachine(folder, 'sixth') });
    expect(second.exitCode, second.stderr).toBe(0);
    expectNothingCompiled(second.stderr);
    expect(await listFiles(registry.folder)).toEqual(before);
  });
});

describe.skipIf(spack === undefined)('a public cache with signed packages and an index', () => {
  let signed: SignedCache;

  beforeAll(async () => {
    const yaml = 'spack: {specs: [libsigsegv@2.14]}\nkeep_build_tools: true\n';
    const { report, stderr } = await build({
      config: await siteWith({ cache: filled }),
      stepId: 'signing',
      files: { 'eflows4hpc.yaml': yaml },
      machine: { container_engine: 'docker' },
    });
    expect(report.status, stderr).toBe('FINISHED');
    signed = await signPackages(report.image_id ?? '', join(folder, 'signed'));
  });

  test('is read where the key is trusted', async () => {
    const config = await siteWith({ public_caches: [{ url: signed.folder, keys: [signed.key] }] });
    const { exitCode, stderr } = await build({ config, ...sigsegv, env: await onMachine(folder, 'eighth') });
    expect(exitCode, stderr).toBe(0);
    expectNothingCompiled(stderr);
  });

  test('does not count where it is not, nor do packages without a signature', async () => {
    const caches = [signed.folder, filled].map((url) => ({ url, keys: [signed.otherKey] }));
    const config = await siteWith({ public_caches: caches });
    const { exitCode, stderr } = await build({ config, ...sigsegv, env: await onMachine(folder, 'ninth') });
    expect(exitCode, stderr).toBe(0);
    expect(isFromCache(stderr, 'libsigsegv')).toBe(false);
    expect(isCompiled(stderr, 'libsigsegv')).toBe(true);
  });

  test('gives no package for another microarchitecture, also to a step that takes what is there', async () => {
    const config = await siteWith({ public_caches: [{ url: signed.folder, keys: [signed.key] }] });
    const yaml = 'spack: {specs: [libsigsegv@2.14], concretizer: {reuse: true}}\n';
    const { exitCode, stderr, report } = await build({
      config,
      stepId: 'reusing',
      files: { 'eflows4hpc.yaml': yaml },
      machine: { architecture: 'x86_64_v2' },
      env: await onMachine(folder, 'eleventh'),
    });
    expect(exitCode, stderr).toBe(0);
    expect(isFromCache(stderr, 'libsigsegv')).toBe(false);
    const flags = 'cat /opt/software/libsigsegv-*/.spack/spack-build-env.txt';
    expect(await runInSif(report.path ?? '', flags)).toContain('-march=x86-64-v2');
  });
});

describe.skipIf(spack === undefined)('a public cache that cannot be read', () => {
  test('is left out with a warning, and the build goes on', async () => {
    const server = createServer((_request, response) => response.end('<p>Please log in</p>'));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const urls = ['oci://localhost:1/others', join(folder, 'nowhere'), `http://localhost:${port}/v1`];
    const config = await siteWith({ public_caches: urls.map((url) => ({ url, signed: false })) });
    const env = await onMachine(folder, 'seventh');
    const { exitCode, stderr } = await build({ config, ...sigsegv, env });
    expect(exitCode, stderr).toBe(0);
    expect(isCompiled(stderr, 'libsigsegv')).toBe(true);
    const warnings = stderr.split('\n').filter((line) => /warning/i.test(line) && !/│/.test(line));
    expect(warnings.join('\n')).toMatch(/oci:\/\/localhost:1\/others is left out: .*Connection refused/);
    expect(warnings.join('\n')).toContain(`${folder}/nowhere does not exist`);
    expect(warnings.join('\n')).toContain(`http://localhost:${port}/v1 is left out: its index is damaged`);
  });
});
