import { describe, expect, test } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import type { LockNode } from '../../spack/lock.ts';
import type { StepDescription } from '../../step/description.ts';
import { planRecipe } from '../plan-recipe.ts';
import { makePlanInput, makeSpackInput, makeStep } from '../recipe.fixture.ts';
import type { Recipe } from '../recipe.ts';
import type { SpackInput } from './plan-spack-step.ts';

type Changes = {
  readonly description?: Partial<StepDescription>;
  readonly files?: string;
  readonly spack?: Partial<SpackInput>;
};

/** A step with pip packages of which nothing but the changes differs. */
function plan({ description, files = 'step', spack }: Changes = {}): Recipe {
  const step = makeStep(
    { apt: ['libxml2-dev'], pip: ['six'], spack: { specs: ['lz4', 'zlib'] }, ...description },
    { treeHash: digestOf(files), hasPostInstall: spack?.postInstall !== undefined },
  );
  return planRecipe(makePlanInput({ step, spack: makeSpackInput(spack) }));
}

const textOf = (recipe: Pick<Recipe, 'instructions'> | undefined, stage: string) =>
  (recipe?.instructions ?? []).filter((each) => each.stage === stage).map(({ text }) => text);

/** The digests of what the final image takes from the build image, in their order: software, Python, the rest. */
const keysOf = (recipe: Recipe) =>
  recipe.instructions.flatMap(({ text }) => / : ([0-9a-f]{32}) /.exec(text)?.[1] ?? []);

/** Which of the keys differ from those of another plan. */
const changedKeys = (one: Recipe, other: Recipe) => {
  const names = ['software', 'python', 'rest'];
  const others = keysOf(other);
  return names.filter((_name, index) => keysOf(one)[index] !== others[index]);
};

describe('the keys of what the final image takes from the build image', () => {
  test('there is one for the software, one for Python and one for the rest', () => {
    expect(keysOf(plan())).toHaveLength(3);
    expect(new Set(keysOf(plan())).size).toBe(3);
  });

  test("editing the step's files changes those of the last layers only", () => {
    expect(changedKeys(plan({ files: 'edited' }), plan())).toEqual(['rest']);
  });

  test('where post_inst.sh may have written into all of it, it changes all of them', () => {
    const spack = { postInstall: 'make\n' };
    expect(changedKeys(plan({ files: 'edited', spack }), plan({ spack }))).toEqual([
      'software',
      'python',
      'rest',
    ]);
  });

  test('requirements that lie in the step are Python packages of their own', () => {
    const description = { pip: [], requirementsFiles: ['requirements.txt'] };
    expect(changedKeys(plan({ files: 'edited', description }), plan({ description }))).toEqual([
      'python',
      'rest',
    ]);
  });

  test('another Python package leaves the software as it is', () => {
    const description = { pip: ['six', 'attrs'] };
    expect(changedKeys(plan({ description }), plan())).toEqual(['python', 'rest']);
  });

  test.each([
    ['lock', { lockText: `${makeSpackInput().lockText} ` }],
    ['environment', { yaml: 'spack:\n  specs: [zlib]\n' }],
    ['toolchain', { toolchainKey: digestOf('another Spack') }],
  ] as const)('another %s changes all of them', (_what, spack) => {
    expect(changedKeys(plan({ spack }), plan())).toEqual(['software', 'python', 'rest']);
  });
});

describe('the recipe digest', () => {
  test('does not depend on what the view turns out to set: that follows from the lock', () => {
    const viewEnvironment = { MPICC: '/opt/view/bin/mpicc' };
    expect(plan({ spack: { viewEnvironment } }).digest).toBe(plan().digest);
  });

  test.each([{}, { keepBuildTools: true }])('is another one with another Spack: %j', (description) => {
    const spack = { toolchainKey: digestOf('another Spack') };
    expect(plan({ description, spack }).digest).not.toBe(plan({ description }).digest);
  });

  test('is another one with another lock', () => {
    const spack = { lockText: `${makeSpackInput().lockText} ` };
    expect(plan({ spack }).digest).not.toBe(plan().digest);
  });
});

describe('the build image', () => {
  test('starts from the toolchain and has compilers of the step from apt', () => {
    const { build } = plan({ spack: { compilers: ['gcc@11'] } });
    expect(build?.base).toEqual(makeSpackInput().toolchain);
    expect(textOf(build, 'apt').join()).toContain('install --yes libxml2-dev gcc-11 g++-11 gfortran-11');
  });

  test('gets the environment, its lock, and the scripts', () => {
    const { build } = plan();
    expect(build?.generatedFiles.map(({ path }) => path)).toEqual([
      'spack-site/mirrors.yaml',
      'spack-site/bootstrap.yaml',
      'spack-site/keys/0.asc',
      'spack/spack.yaml',
      'spack/spack.lock',
      'scripts/snapshot.sh',
    ]);
  });

  test('logs in to the package cache with a secret, of which the digest knows nothing', () => {
    const { tools } = makeSpackInput();
    const planCached = (hasCredentials: boolean) => {
      const url = 'oci://registry.example.org/hpc/spack';
      return plan({ spack: { tools: { ...tools, sharedCache: { kind: 'registry', url, hasCredentials } } } });
    };
    const install = textOf(planCached(true).build, 'spack').join();
    expect(install).toContain(
      '--mount=type=secret,id=cic-package-cache,target=/run/cic-package-cache,mode=0400',
    );
    expect(install).toMatch(
      /spack-install\.sh \S+python3 \S+spack-with-login\.py \/run\/cic-package-cache registry\.example\.org\/hpc\/spack \S+bin\/spack /,
    );
    expect(textOf(planCached(false).build, 'spack').join()).not.toMatch(/secret|spack-with-login/);
    expect(planCached(true).digest).toBe(planCached(false).digest);
  });

  test('only Spack 1.0 and 1.1 are told how many packages to build at once', () => {
    const { tools } = makeSpackInput();
    const install = (version: string) =>
      textOf(plan({ spack: { tools: { ...tools, version } } }).build, 'spack').join();
    expect(install('1.1.1')).toContain('CIC_PARALLEL_PACKAGES=1 sh ');
    for (const version of ['0.23.1', '1.2.0', '1.3.0.dev0']) {
      expect(install(version)).not.toContain('CIC_PARALLEL_PACKAGES');
    }
  });

  test('a script that reads the stage folders gets packages that are compiled, not taken from a cache', () => {
    const install = (postInstall: string) => textOf(plan({ spack: { postInstall } }).build, 'spack').join();
    const option = '--use-buildcache package:never,dependencies:auto';
    expect(install('cp -r /tmp/root/spack-stage/spack-stage-kratos-*/x /\n')).toContain(option);
    expect(install('make\n')).not.toContain(option);
  });

  test('post_inst.sh runs in the activated view, between the two looks at the file system', () => {
    const [text = ''] = textOf(plan({ spack: { postInstall: 'make\n' } }).build, 'post-install');
    const places = ['snapshot.sh', '. /opt/cic/out/activate.sh', 'bash -e ./post_inst.sh', 'collect.sh'].map(
      (part) => text.indexOf(part),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('without a script the libraries are looked for all the same', () => {
    const [text = ''] = textOf(plan().build, 'post-install');
    expect(text).toContain('collect.sh');
    expect(text).not.toContain('post_inst.sh');
  });
});

describe('the final image', () => {
  test('starts from the base image, and knows no Spack, no compilers and no build tools', () => {
    const recipe = plan({ description: { apt: ['gcc', 'libxml2', 'cmake'] } });
    expect(recipe.base).toEqual(makePlanInput().base);
    expect(recipe.dockerfile).toContain('install-runtime.sh libxml2 python3');
    expect(recipe.dockerfile).not.toMatch(/\bgcc\b(?!-runtime)|cmake|\/opt\/spack\b(?!-)/);
  });

  test('takes what packages with headers need at run time in their place', () => {
    const [text = ''] = textOf(
      plan({ description: { apt: ['gcc', 'libopenmpi-dev=4.1.*', 'wget'] } }),
      'slim',
    );
    expect(text).toContain(
      "sh /run/cic-build/opt/cic/scripts/install-runtime.sh 'libopenmpi-dev=4.1.*' wget python3",
    );
    expect(text).toContain('from=cic-build');
  });

  test('has the packages that the environment runs with, not those that only built it', () => {
    const software = textOf(plan(), 'slim').join();
    expect(software).toContain('zlib-1.3.1-js7rtsbwt5zmrgn32adsifjvek4otzve');
    expect(software).toContain('gcc-runtime-12.2.0-');
    expect(software).not.toContain('compiler-wrapper');
    expect(software).not.toContain('gmake');
  });

  test('has the programs that the environment takes from the distribution and calls', () => {
    const { lock } = makeSpackInput();
    const [zlib] = lock.nodes.filter(({ name }) => name === 'zlib');
    if (zlib === undefined) throw new Error('the lock has no zlib');
    const external = (name: string): LockNode => ({
      ...zlib,
      name,
      hash: name,
      isExternal: true,
      dependencies: [],
    });
    const toCall = (name: string, type: string) => ({ name, hash: name, types: [type], virtuals: [] });
    const calling = {
      ...zlib,
      dependencies: [toCall('perl', 'run'), toCall('cmake', 'run'), toCall('git', 'build')],
    };
    const nodes = [...lock.nodes.filter((node) => node !== zlib), calling];
    const withExternals = { ...lock, nodes: [...nodes, ...['perl', 'cmake', 'git'].map(external)] };
    const recipe = plan({ description: { apt: ['wget'], pip: [] }, spack: { lock: withExternals } });
    expect(textOf(recipe, 'slim')[0]).toMatch(/install-runtime\.sh wget perl$/);
  });

  describe('has of CUDA', () => {
    const { lock } = makeSpackInput();
    const cuda = { ...lock.nodes[0], name: 'cuda', version: '12.9.1', hash: 'cudahash' } as LockNode;
    const nodes = lock.nodes.map((node) =>
      node.name === 'lz4'
        ? { ...node, dependencies: [...node.dependencies, { ...cuda, types: ['link'], virtuals: [] }] }
        : node,
    );
    const planSoftware = (roots: typeof lock.roots) =>
      textOf(plan({ spack: { lock: { ...lock, roots, nodes: [...nodes, cuda] } } }), 'slim').join();

    test('what runs', () => {
      const software = planSoftware(lock.roots);
      expect(software).toContain(
        'copy-toolkit.sh /run/cic-build/opt/software/cuda-12.9.1-cudahash /opt/software/cuda-12.9.1-cudahash /opt/view',
      );
      expect(software).not.toMatch(/cp -a [^)\n]*cuda/);
    });

    test('all, where the step names it', () => {
      const software = planSoftware([...lock.roots, { hash: cuda.hash, spec: 'cuda' }]);
      expect(software).toMatch(/cp -a [^)\n]*cuda-12\.9\.1-cudahash/);
      expect(software).not.toContain('copy-toolkit.sh');
    });
  });

  test('is checked for libraries that are missing', () => {
    expect(textOf(plan(), 'check').join()).toContain(
      'check-libraries.sh /run/cic-build/opt/cic/out /opt/software',
    );
  });

  test('has what the packages set as variables, and the view on its PATH', () => {
    const viewEnvironment = { PATH: '/usr/bin', HDF5_DIR: '/opt/view', PRICE: '$5' };
    const { dockerfile } = plan({ spack: { viewEnvironment } });
    expect(dockerfile).toContain('ENV PATH="/opt/venv/bin:/opt/view/bin:$PATH"');
    expect(dockerfile).toContain('HDF5_DIR="/opt/view"');
    expect(dockerfile).toContain('PRICE="\\$5"');
    expect(dockerfile).not.toContain('PATH="/usr/bin"');
  });

  test('without pip nothing is taken from a Python that is not there', () => {
    const recipe = plan({ description: { pip: [] } });
    expect(keysOf(recipe)).toHaveLength(2);
    expect(recipe.dockerfile).toContain('ENV PATH="/opt/view/bin:$PATH"');
    expect(recipe.dockerfile).not.toContain('python3');
  });
});

test('with keep_build_tools the image in which all was built is the one that is published', () => {
  const recipe = plan({ description: { keepBuildTools: true } });
  expect(recipe.build).toBeUndefined();
  expect(recipe.base).toEqual(makeSpackInput().toolchain);
  expect(textOf(recipe, 'spack').join()).toContain('spack-install.sh');
  expect(textOf(recipe, 'check')).toEqual([]);
  expect(recipe.dockerfile).toContain('ENV PATH="/opt/venv/bin:/opt/view/bin:$PATH"');
  expect(recipe.generatedFiles.map(({ path }) => path)).toContain('z10_spack_environment.sh');
});
