import { describe, expect, test } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { planRecipe } from './plan-recipe.ts';
import { makePlanInput, makeRequest, makeSpackInput, makeStep } from './recipe.fixture.ts';

describe('golden Dockerfiles', () => {
  const spack = { specs: ['hdf5@1.14 +mpi'], packages: { all: { compiler: ['gcc@12'] } } };
  const cases = {
    everything: makeStep(
      {
        apt: ['openmpi-bin', 'libxml2-dev'],
        pip: ['pandas>=1.5', "rocrate; python_version < '3.13'"],
        spack,
      },
      { hasPostInstall: true },
    ),
    'requirements-file': makeStep({ requirementsFiles: ['requirements.txt', 'more/extra.txt'] }),
    'apt-only': makeStep({ apt: ['g++'] }),
    'files-only': makeStep(),
    variables: makeStep(
      {
        pip: ['six'],
        env: { FLAGS: 'say "hi" \\ $HOME', PATH: '/opt/tool/bin:$PATH:/opt/last' },
        tests: ['tool --version'],
      },
      { hasPostInstall: true },
    ),
  };

  test.each(Object.entries(cases))('%s', async (name, step) => {
    const spack = step.description.spack && {
      spack: makeSpackInput({
        viewEnvironment: { MPICC: '/opt/view/bin/mpicc' },
        postInstall: 'make install\n',
      }),
    };
    const recipe = planRecipe(makePlanInput({ step, ...spack }));
    await expect(recipe.dockerfile).toMatchFileSnapshot(`golden/${name}.dockerfile`);
    if (recipe.build !== undefined)
      await expect(recipe.build.dockerfile).toMatchFileSnapshot(`golden/${name}.build.dockerfile`);
  });

  test('a site with its own authorities and mirror credentials', async () => {
    const step = makeStep({ apt: ['gcc'], pip: ['numpy'] }, { hasPostInstall: true });
    const site = { imagesPrefix: '', toolVersion: '1.2.3', network: { hasCaBundle: true, hasAptAuth: true } };
    await expect(planRecipe(makePlanInput({ step, site })).dockerfile).toMatchFileSnapshot(
      'golden/site.dockerfile',
    );
  });

  test('the base image itself', async () => {
    const { step: _step, stepContext: _context, ...input } = makePlanInput();
    const recipe = planRecipe({ ...input, request: { ...makeRequest(), source: { kind: 'base' } } });
    await expect(recipe.dockerfile).toMatchFileSnapshot('golden/base.dockerfile');
    expect(recipe.names.sifFilename).toBe('base_base_rome_openmpi_4_cuda_10_v_latest.sif');
  });
});

describe('the recipe digest', () => {
  const digestFor = (changes: Parameters<typeof makePlanInput>[0]) =>
    planRecipe(makePlanInput(changes)).digest;

  test('is the same for two names of one microarchitecture', () => {
    const zen2 = makeRequest({ machine: { requestedArchitecture: 'zen2' } });
    expect(digestFor({ request: zen2 })).toBe(digestFor({}));
  });

  test('does not depend on where files lie, the commit, the version of CIC, or the network of the site', () => {
    const moved = makeStep({}, { folder: '/elsewhere', commit: 'f'.repeat(40) });
    const network = { hasCaBundle: true, hasAptAuth: true };
    const site = { imagesPrefix: 'team/', toolVersion: '9.9.9', network };
    expect(digestFor({ step: moved, stepContext: '/elsewhere', site })).toBe(digestFor({}));
  });

  test.each([
    ['a file of the step', { step: makeStep({}, { treeHash: digestOf('edited') }) }],
    ['an apt package', { step: makeStep({ apt: ['curl'] }) }],
    [
      'the platform',
      { request: makeRequest({ machine: { platform: { os: 'linux', architecture: 'arm64' } } }) },
    ],
    [
      'the base image',
      { base: { base: { kind: 'bootstrap', suite: 'bookworm' }, digest: digestOf('other') } },
    ],
  ] as const)('changes with %s', (_what, changes) => {
    expect(digestFor(changes)).not.toBe(digestFor({}));
  });

  test('changes with the variables of the step, not with its tests', () => {
    const digestOfStep = (description: Parameters<typeof makeStep>[0]) =>
      digestFor({ step: makeStep(description) });
    expect(digestOfStep({ env: { A: '1' } })).not.toBe(digestFor({}));
    expect(digestOfStep({ tests: ['false'] })).toBe(digestFor({}));
  });

  test('changes with the microarchitecture when code is compiled for it', () => {
    const step = makeStep({}, { hasPostInstall: true });
    const target = { target: 'haswell', marchFlags: '-march=haswell' };
    expect(digestFor({ step, target })).not.toBe(digestFor({ step }));
  });
});

describe('layers', () => {
  test('editing the code of a step leaves the text of every earlier instruction as it was', () => {
    const step = makeStep({ apt: ['gcc'], pip: ['numpy'] }, { hasPostInstall: true });
    const edited = makeStep(
      { apt: ['gcc'], pip: ['numpy'] },
      { hasPostInstall: true, treeHash: digestOf('edited') },
    );
    const instructionsOf = (value: typeof step) =>
      planRecipe(makePlanInput({ step: value })).instructions.slice(0, -1);
    expect(instructionsOf(edited)).toEqual(instructionsOf(step));
  });

  test('the commit appears in the labels only, which come last', () => {
    const { instructions } = planRecipe(makePlanInput());
    const withCommit = instructions.filter(({ text }) => text.includes('0123456789abcdef'));
    expect(withCommit).toEqual([instructions.at(-1)]);
    expect(withCommit[0]?.text).toMatch(/^LABEL /);
  });
});

test('login shells get the PATH of the step back, in the same order as the image has it', () => {
  const step = makeStep({ pip: ['six'], env: { PATH: '/opt/tool/bin:$PATH:/opt/last' } });
  const { generatedFiles, dockerfile } = planRecipe(makePlanInput({ step }));
  expect(generatedFiles.map(({ content }) => content).join()).toContain(
    'export PATH="/opt/tool/bin:/opt/venv/bin:$PATH:/opt/last"',
  );
  expect(dockerfile).toContain('ENV PATH="/opt/tool/bin:$PATH:/opt/last"');
});
