import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../errors/app-error.ts';
import { digestOf } from '../../oci/digest.ts';
import type { StepDescription } from '../../step/description.ts';
import { createRig, type Rig, type RigChanges, resolveTo } from '../build.fixture.ts';
import { dryRun } from '../dry-run.ts';
import type { BuildPlan } from '../plan.ts';
import {
  createSpackRig,
  lockText,
  makeSpackRequest,
  type SpackRig,
  spackSection,
  zen3Machine,
} from './spack.fixture.ts';

let rig: Rig;
let spackRig: SpackRig;

beforeEach(async () => {
  rig = await createRig();
  spackRig = await createSpackRig(rig);
});

afterEach(() => rm(rig.folder, { recursive: true, force: true }));

type PlanChanges = {
  readonly description?: Partial<StepDescription>;
  readonly deps?: RigChanges['deps'];
  readonly request?: Parameters<typeof makeSpackRequest>[0];
  readonly lock?: string;
};

function plan({ description, deps, request, lock }: PlanChanges = {}): Promise<BuildPlan> {
  const all = { ...spackRig.deps, ...resolveTo(rig, { spack: spackSection, ...description }), ...deps };
  return dryRun(makeSpackRequest(request), all, { onEvent: (event) => rig.events.push(event), lock });
}

const kinds = () => spackRig.built.map(({ kind }) => kind);
const solves = () => kinds().filter((kind) => kind === 'concretize').length;
const warnings = () => rig.events.filter((event) => event.kind === 'warning');

/** Another Spack of the site. */
const withTools = (tools: Partial<SpackRig['prepared']['tools']>): RigChanges['deps'] => {
  const prepared = { ...spackRig.prepared, tools: { ...spackRig.prepared.tools, ...tools } };
  return { spack: { ...spackRig.port, prepare: async () => prepared } };
};

describe('the lock', () => {
  test('is solved for in the toolchain image, and only that is built for a plan', async () => {
    const { spack, recipe } = await plan();
    expect(kinds()).toEqual(['toolchain', 'concretize', 'extract']);
    expect(spack?.environment.input.lockText).toBe(lockText);
    expect(spack?.environment.lockDigest).toBe(digestOf(lockText));
    expect(recipe.build?.generatedFiles).toContainEqual({ path: 'spack/spack.lock', content: lockText });
  });

  test('of the same inputs is reused, and that is shown', async () => {
    await plan();
    rig.events.length = 0;
    await plan();
    expect(solves()).toBe(1);
    expect(kinds()).toEqual(['toolchain', 'concretize', 'extract']);
    expect(rig.events).toContainEqual({ kind: 'stage-cached', stage: 'concretize' });
  });

  test('does not change with what is not solved', async () => {
    await plan();
    await plan({ description: { pip: ['six'], apt: ['curl'], env: { A: '1' } } });
    expect(solves()).toBe(1);
  });

  test.each([
    ['specs', { description: { spack: { specs: ['zlib'] } } }],
    [
      'compilers',
      { description: { spack: { ...spackSection, packages: { all: { compiler: ['gcc@11'] } } } } },
    ],
  ] as const)('is solved again for other %s', async (_what, changes) => {
    await plan();
    await plan(changes);
    expect(solves()).toBe(2);
  });

  test.each([
    ['commit of Spack', { identity: 'another' }],
    ['catalogue', { catalogue: { place: '', treeHash: digestOf('recipes'), hasConfig: false } }],
    ['configuration of the site', { siteConfig: { packages: { slurm: { buildable: false } } } }],
  ] as const)('is solved again with another %s', async (_what, tools) => {
    await plan();
    await plan({ deps: withTools(tools) });
    expect(solves()).toBe(2);
  });

  test('is solved again when the request forces it, and kept', async () => {
    await plan();
    await plan({ request: { force: true } });
    expect(solves()).toBe(2);
    await plan();
    expect(solves()).toBe(2);
  });

  test('that is given wins, even when forced, and is not remembered', async () => {
    const given = `${lockText}\n`;
    const { spack } = await plan({ lock: given, request: { force: true } });
    expect(spack?.environment.input.lockText).toBe(given);
    expect(kinds()).toEqual(['toolchain']);
    expect(spackRig.locks.size).toBe(0);
  });

  test.each([
    ['a suite', { base: { kind: 'bootstrap', suite: 'trixie' }, suite: 'trixie' }],
    ['an image', { base: { kind: 'reference', reference: 'debian:13' } }],
  ] as const)('that is given must be of the system of the base image, %s', async (_what, base) => {
    spackRig.outputs.set('os-release', 'ID=debian\nVERSION_ID="13"\n');
    const resolveBase = async () => ({ ...base, digest: digestOf('base') });
    const engine = { ...spackRig.deps.engine, resolveBase };
    await expect(plan({ lock: lockText, deps: { engine } })).rejects.toMatchObject({
      code: 'SPACK_LOCK_MISMATCH',
      message: expect.stringMatching(/^the lock is for debian12, but the base image \S+ is debian13$/),
      details: { expected: 'debian13', found: ['debian12'] },
    });
    expect(kinds()).not.toContain('toolchain');
  });

  test('that is given for an image which does not say its system is taken', async () => {
    const base = { kind: 'reference', reference: 'site:1' } as const;
    const resolveBase = async () => ({ base, digest: digestOf('base') });
    const { spack } = await plan({
      lock: lockText,
      deps: { engine: { ...spackRig.deps.engine, resolveBase } },
    });
    expect(spack?.environment.input.lockText).toBe(lockText);
  });

  test('that is given for a step without an environment costs a warning', async () => {
    const deps = { ...spackRig.deps, ...resolveTo(rig, {}) };
    const onEvent = (event: (typeof rig.events)[number]) => rig.events.push(event);
    await dryRun(makeSpackRequest(), deps, { onEvent, lock: lockText });
    expect(warnings()).toMatchObject([{ message: expect.stringContaining('no Spack environment') }]);
  });
});

describe('the guarantee', () => {
  const withTarget = (name: string, target: string) => {
    const lock = JSON.parse(lockText);
    const node = Object.values<{ name: string; arch: { target: unknown } }>(lock.concrete_specs).find(
      (each) => each.name === name,
    );
    if (node !== undefined) node.arch.target = target;
    return JSON.stringify(lock);
  };

  test('every package that is built is verified, also those of a given lock', async () => {
    await expect(plan({ lock: withTarget('gcc-runtime', 'x86_64_v3') })).rejects.toMatchObject({
      code: 'SPACK_TARGET_WRONG',
      details: { microarchitecture: 'zen3', packages: ['gcc-runtime@12.2.0 (x86_64_v3)'] },
    });
  });

  test('a lock that breaks it is refused after solving, before anything is built', async () => {
    spackRig.outputs.set('spack.lock', withTarget('zlib', 'zen2'));
    await expect(plan()).rejects.toMatchObject({ code: 'SPACK_TARGET_WRONG' });
    expect(kinds()).not.toContain('environment');
  });

  test('a compiler that cannot compile for the machine is told before anything is made', async () => {
    const spack = { ...spackSection, packages: { all: { compiler: ['gcc@8'] } } };
    await expect(plan({ description: { spack } })).rejects.toMatchObject({
      code: 'SPACK_TARGET_UNSUPPORTED',
    });
    expect(kinds()).toEqual([]);
  });

  test('so is a step that asks for another target', async () => {
    await expect(plan({ description: { spack: { specs: ['zlib target=zen2'] } } })).rejects.toMatchObject({
      code: 'SPACK_ENVIRONMENT_CONFLICT',
    });
    expect(kinds()).toEqual([]);
  });

  test('a lock of other specs is refused before anything is made', async () => {
    await expect(
      plan({ lock: lockText, description: { spack: { specs: ['bzip2'] } } }),
    ).rejects.toMatchObject({
      code: 'SPACK_LOCK_MISMATCH',
      details: { missing: ['bzip2'], unwanted: ['zlib@1.3.1+shared', 'lz4'] },
    });
    expect(kinds()).toEqual([]);
  });

  test('a lock that cannot be read is refused', async () => {
    await expect(plan({ lock: '{}' })).rejects.toMatchObject({ code: 'SPACK_LOCK_INVALID' });
  });
});

test('a step with another base image has all its images made from that, with compilers of that suite', async () => {
  const base = { kind: 'bootstrap', suite: 'jammy' } as const;
  const jammy = { base, digest: digestOf('jammy'), suite: 'jammy' };
  const engine = { ...spackRig.deps.engine, resolveBase: async () => jammy };
  const spack = { ...spackSection, packages: { all: { compiler: ['gcc@10'] } } };
  const { recipe } = await plan({ description: { base, spack }, deps: { engine } });
  const [toolchain, concretize] = spackRig.built.map((each) => each.recipe);
  expect(toolchain?.base).toEqual(jammy);
  expect(concretize?.dockerfile).toContain('apt-get install --yes gcc-10 g++-10 gfortran-10');
  expect(recipe.base).toEqual(jammy);
  expect(recipe.build?.dockerfile).toContain('id=cic-apt-jammy');
});

test('a failed solve is explained, and leaves no lock', async () => {
  const error = new AppError('ENGINE_BUILD_FAILED', 'concretize failed', {
    details: { stage: 'concretize', exitCode: 1 },
  });
  spackRig.says.set('concretize', { lines: ["==> Error: Package 'zlip' not found."], error });
  await expect(plan({ description: { spack: { specs: ['zlip'] } } })).rejects.toMatchObject({
    code: 'SPACK_UNKNOWN_PACKAGE',
    message: 'Spack has no package "zlip"',
    hint: 'did you mean zlib?',
  });
  expect(spackRig.locks.size).toBe(0);
});

test('a cancelled solve stays a cancelled one', async () => {
  spackRig.says.set('concretize', { lines: [], error: new AppError('CANCELLED', 'cancelled') });
  await expect(plan()).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('warnings about the catalogue reach the user', async () => {
  const prepared = { ...spackRig.prepared, warnings: ['the recipe kratos is left out'] };
  await plan({ deps: { spack: { ...spackRig.port, prepare: async () => prepared } } });
  expect(warnings()).toEqual([{ kind: 'warning', message: 'the recipe kratos is left out' }]);
});

test('a GPU without its architecture costs a warning: nothing would be compiled for it', async () => {
  await plan({ request: { machine: { ...zen3Machine, gpu: 'hip@6' } } });
  expect(warnings()).toMatchObject([
    { message: expect.stringContaining('"hip@6"'), hint: expect.stringContaining('amdgpu_target=') },
  ]);
  rig.events.length = 0;
  await plan({ request: { machine: { ...zen3Machine, gpu: 'hip@6', gpuArch: 'gfx90a' } } });
  expect(warnings()).toEqual([]);
});

test('the catalogue is copied under the place where its Spack looks for it', async () => {
  const repo = join(rig.folder, 'catalogue');
  await mkdir(join(repo, 'packages'), { recursive: true });
  await writeFile(join(repo, 'repo.yaml'), 'repo: {namespace: hpc}\n');
  const { prepared } = spackRig;
  const catalogue = { place: 'spack_repo/hpc', treeHash: digestOf('recipes'), hasConfig: false };
  const spack = {
    ...spackRig.port,
    prepare: async () => ({
      ...prepared,
      tools: { ...prepared.tools, catalogue },
      folders: { ...prepared.folders, catalogue: { repo, place: catalogue.place } },
    }),
  };
  const { recipe, spackInputs } = await plan({ deps: { spack } });
  expect(recipe.build?.contexts['cic-catalogue']).toMatch(/catalogue-context$/);
  expect(spackInputs).toMatchObject({ catalogueTreeHash: catalogue.treeHash, version: '1.1.1' });
});

test('a site without Spack refuses the step', async () => {
  const { spack: _none, ...others } = spackRig.deps;
  const deps = { ...others, ...resolveTo(rig, { spack: spackSection }) };
  await expect(dryRun(makeSpackRequest(), deps, { onEvent: () => undefined })).rejects.toMatchObject({
    code: 'BUILD_SPACK_UNCONFIGURED',
  });
});
