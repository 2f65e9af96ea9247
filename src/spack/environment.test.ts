import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { requireSystem } from '../machine/system/find-system.ts';
import { loadSystems } from '../machine/system/load-systems.ts';
import { planEnvironment } from './environment.ts';
import type { Mapping } from './mapping.ts';

const plan = (section: Mapping, machine: Record<string, string> = {}, isLegacy = false) =>
  planEnvironment({
    section,
    machine: { microarchitecture: 'zen2', ...machine },
    isLegacy,
    view: '/opt/view',
  });
const spackOf = (...args: Parameters<typeof plan>) => parse(plan(...args).yaml).spack;

describe('what the machine demands', () => {
  test('a package with requirements of its own prefers the microarchitecture: those of all do not hold for it', () => {
    const section = { specs: ['zlib'], packages: { zlib: { require: '@1.3.1' } } };
    expect(spackOf(section).packages).toMatchObject({
      all: { target: ['zen2'] },
      zlib: { require: '@1.3.1' },
    });
  });

  test('the microarchitecture is required of every package, as a list that Spack joins with others', () => {
    expect(spackOf({ specs: ['zlib'] }).packages.all.require).toEqual(['target=zen2']);
    const section = { specs: ['zlib'], packages: { all: { require: '+shared' } } };
    expect(spackOf(section).packages.all.require).toEqual(['target=zen2', '+shared']);
  });

  test('the MPI is the provider of the whole environment and no root of its own', () => {
    const { packages, specs } = spackOf({ specs: ['hdf5+mpi'] }, { mpi: 'openmpi@4' });
    expect(packages.mpi).toEqual({ require: ['openmpi@4'] });
    expect(specs).toEqual(['hdf5+mpi']);
  });

  test('the GPU architecture is a variant of packages that have it, and the toolkit none', () => {
    const { packages } = spackOf({ specs: ['ucx'] }, { gpu: 'cuda@12 cuda_arch=90', gpuArch: '90' });
    expect(packages.cuda).toEqual({ require: ['cuda@12'] });
    expect(packages.all.variants).toEqual(['+cuda', 'cuda_arch=90']);
    const rocm = spackOf({ specs: ['ucx'] }, { gpu: 'hip', gpuArch: 'gfx90a' });
    expect(rocm.packages.all.variants).toEqual(['+rocm', 'amdgpu_target=gfx90a']);
  });

  test('on a cluster with InfiniBand and GPUs its own MPI reaches both', async () => {
    const systems = await loadSystems();
    const { yaml } = planEnvironment({
      section: { specs: ['hdf5+mpi'], packages: { hdf5: { variants: '~cxx' } } },
      machine: {
        microarchitecture: 'zen3',
        mpi: 'openmpi@4.1',
        gpu: 'cuda@12',
        gpuArch: '80',
        system: requireSystem(systems, 'karolina-gpu'),
      },
      isLegacy: false,
      view: '/opt/view',
    });
    await expect(yaml).toMatchFileSnapshot('golden/infiniband-gpu.spack.yaml');
  });

  test('it is solved for machines that this one is not', () => {
    expect(spackOf({ specs: [] }).concretizer.targets.host_compatible).toBe(false);
  });
});

describe('what the step wrote', () => {
  test('wins over defaults', () => {
    const section = { specs: ['a'], concretizer: { unify: false }, packages: { zlib: { version: ['1.2'] } } };
    const spack = spackOf(section);
    expect(spack.concretizer).toMatchObject({ unify: false, reuse: false });
    expect(spack.packages.zlib).toEqual({ version: ['1.2'] });
  });

  test('keeps its meaning in old spellings', () => {
    const { specs } = spackOf({ specs: ['proj@7.2.0 curl=False tiff=False', 'nlopt python=False'] });
    expect(specs).toEqual(['proj@7.2.0~curl~tiff', 'nlopt~python']);
  });

  test('a compiler for everything becomes a requirement of each language under Spack 1', () => {
    const section = { specs: ['a'], packages: { all: { compiler: ['gcc@8'] } } };
    const { packages } = spackOf(section);
    expect(packages).toMatchObject({ c: { require: ['gcc@8'] }, cxx: { require: ['gcc@8'] } });
    expect(packages.all.compiler).toBeUndefined();
    expect(plan(section).compilers).toEqual(['gcc@8']);
  });

  test('may refer to definitions', () => {
    const section = { specs: ['zlib', '$tools', '$^mpis'], definitions: [{ tools: ['lz4'] }] };
    expect(spackOf(section)).toMatchObject(section);
    expect(plan(section)).toMatchObject({ specs: [{ name: 'zlib' }], hasOtherSpecs: true });
  });

  test('a compiler for everything may be a text, in each version of Spack', () => {
    const section = { specs: ['a'], packages: { all: { compiler: 'gcc@8' } } };
    expect(plan(section).compilers).toEqual(['gcc@8']);
    expect(spackOf(section).packages).toMatchObject({ c: { require: ['gcc@8'] } });
    expect(spackOf(section, {}, true).packages.all).toEqual({
      compiler: ['gcc@8'],
      require: ['target=zen2', '%gcc@8'],
      target: ['zen2'],
    });
  });

  test('a compiler for everything stays one under Spack 0.23, and is required', () => {
    const { packages } = spackOf({ specs: ['a'], packages: { all: { compiler: ['gcc@8'] } } }, {}, true);
    expect(packages.all).toEqual({
      compiler: ['gcc@8'],
      require: ['target=zen2', '%gcc@8'],
      target: ['zen2'],
    });
  });

  test('a mistyped spec is an error that says where and what was meant', () => {
    const error = expect.objectContaining({
      code: 'SPACK_SYNTAX',
      message: expect.stringMatching(/specs\[1\].*compss@3\.1/s),
    });
    expect(() => plan({ specs: ['zlib', 'compss==3.1'] })).toThrow(error);
  });
});

describe('configuration of the site and its catalogue', () => {
  const planBelow = (section: Mapping, layers: readonly Mapping[], gpuArch?: string) => {
    const { yaml } = planEnvironment({
      section,
      machine: { microarchitecture: 'zen2', ...(gpuArch !== undefined && { gpuArch }) },
      isLegacy: false,
      view: '/opt/view',
      below: { include: ['/site', '/catalogue'], layers },
    });
    return parse(yaml).spack;
  };

  test('is included below the environment, and below what the step includes', () => {
    expect(planBelow({ specs: [] }, []).include).toEqual(['/site', '/catalogue']);
    expect(planBelow({ specs: [], include: ['mine'] }, []).include).toEqual(['mine', '/site', '/catalogue']);
    expect(spackOf({ specs: [] })).not.toHaveProperty('include');
  });

  test('does not take the GPU away', () => {
    const { packages } = planBelow(
      { specs: [] },
      [{}, { packages: { hypre: { variants: '+openmp' } } }],
      '90',
    );
    expect(packages.hypre).toEqual({ 'variants:': ['+cuda', 'cuda_arch=90', '+openmp'] });
  });

  test('wins over defaults of CIC, and keeps what it requires of all packages', () => {
    const site = { concretizer: { reuse: true }, packages: { all: { require: '%gcc' } } };
    const catalogue = { concretizer: { reuse: false, unify: 'when_possible' } };
    const spack = planBelow({ specs: [], concretizer: { unify: false } }, [site, catalogue]);
    expect(spack.concretizer).toMatchObject({
      reuse: true,
      unify: false,
      targets: { host_compatible: false },
    });
    expect(spack.packages.all.require).toEqual(['target=zen2', '%gcc']);
  });
});

describe('a conflict is an error that names both sides', () => {
  test.each([
    ['a target in a spec', { specs: ['zlib target=haswell'] }, /zlib.*haswell.*zen2/],
    ['a required target', { specs: ['a'], packages: { all: { require: ['target=zen3'] } } }, /zen3.*zen2/],
    ['a preferred target', { specs: ['a'], packages: { all: { target: ['zen3'] } } }, /zen3.*zen2/],
    ['another MPI as a root', { specs: ['mpich@4'] }, /mpich.*openmpi@4/],
    ['another MPI below a root', { specs: ['hdf5+mpi ^mpich'] }, /mpich.*openmpi@4/],
    ['another MPI provider', { specs: ['a'], packages: { mpi: { require: ['mpich'] } } }, /mpich.*openmpi@4/],
    [
      'another preferred provider',
      { specs: ['a'], packages: { all: { providers: { mpi: ['mpich'] } } } },
      /mpich.*openmpi@4/,
    ],
  ])('%s', (_what, section, message) => {
    const error = expect.objectContaining({
      code: 'SPACK_ENVIRONMENT_CONFLICT',
      message: expect.stringMatching(message),
    });
    expect(() => plan(section, { mpi: 'openmpi@4' })).toThrow(error);
  });

  test('the same target or MPI once more is none', () => {
    expect(() =>
      plan({ specs: ['zlib target=zen2', 'openmpi+legacylaunchers'] }, { mpi: 'openmpi@4' }),
    ).not.toThrow();
  });
});
