import type { Platform } from '../../oci/platform.ts';
import type { LockNode } from '../../spack/lock.ts';
import { enterApt } from '../apt-environment.ts';
import { baseContextName, type ResolvedBase } from '../base-image.ts';
import { aptCacheMount, type CacheScope, pipCache, pipCacheMount } from '../caches.ts';
import { type Fragment, formatCopy, formatEnv, formatRun } from '../dockerfile.ts';
import { toImageRecipe } from '../image-recipe.ts';
import type { ImageRecipe } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import { configFolder, planToolchainConfig } from './config-files.ts';
import { contextNames, paths } from './paths.ts';
import type { SpackTools } from './spack-tools.ts';

/** Programs that Spack itself calls, and the compilers that most packages are built with. */
const tools = [
  'bzip2',
  'ca-certificates',
  'curl',
  'file',
  'g++',
  'gcc',
  'gfortran',
  'git',
  'gnupg',
  'gzip',
  'libc6-dev',
  'make',
  'patch',
  'patchelf',
  'python3',
  'python3-dev',
  'python3-venv',
  'unzip',
  'xz-utils',
  'zstd',
];

/**
 * Build tools that Spack takes from the distribution, by Spack's name, with the Debian package: compiling
 * them takes longer than compiling what they build, and nothing of them is in the final image.
 */
const buildTools: Readonly<Record<string, string>> = {
  autoconf: 'autoconf',
  automake: 'automake',
  bison: 'bison',
  cmake: 'cmake',
  flex: 'flex',
  gettext: 'gettext',
  gmake: 'make',
  libtool: 'libtool',
  m4: 'm4',
  ninja: 'ninja-build',
  pkgconf: 'pkgconf',
  swig: 'swig',
  texinfo: 'texinfo',
};

/** The same for programs that finished software calls too. */
const programs: Readonly<Record<string, string>> = {
  diffutils: 'diffutils',
  findutils: 'findutils',
  gawk: 'gawk',
  git: 'git',
  perl: 'perl',
  python: 'python3',
  sed: 'sed',
  tar: 'tar',
};

const externals = { ...buildTools, ...programs };

/** Debian packages of programs that an environment takes from the distribution and needs in the final image. */
export function findProgramPackages(runtime: readonly LockNode[]): string[] {
  return runtime.flatMap(({ name, isExternal }) => (isExternal ? (programs[name] ?? []) : []));
}

export type ToolchainInput = {
  readonly platform: Platform;
  readonly base: ResolvedBase;
  readonly scope: CacheScope;
  readonly spack: Pick<SpackTools, 'version' | 'identity' | 'hasPackages'>;
  /** Absolute path of the folder that holds `spack/` and `packages/`. */
  readonly context: string;
  readonly network: SiteNetwork;
};

/**
 * The image in which environments are solved and built: compilers, build tools and Spack, with its indexes
 * warm. It is made once for each base image and version of Spack.
 */
export function planToolchain(input: ToolchainInput): ImageRecipe {
  const { platform, base, spack, context, network, scope } = input;
  return toImageRecipe(
    { platform, base, contexts: { [contextNames.spack]: context } },
    [
      { stage: 'toolchain', comment: 'the base image', instructions: [`FROM ${baseContextName}`] },
      planTools(scope, network),
      planSpackFiles(spack),
      planDetection(),
    ],
    planToolchainConfig(spack),
  );
}

function planTools(scope: CacheScope, network: SiteNetwork): Fragment {
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    ...enterApt(network),
    'apt-get update',
    `apt-get install --yes --no-install-recommends ${[...new Set([...tools, ...Object.values(externals).sort()])].join(' ')}`,
    `python3 -m venv ${paths.python}`,
    `PIP_CACHE_DIR=${pipCache}/pip ${paths.python}/bin/python3 -m pip install clingo`,
  ];
  return {
    stage: 'toolchain',
    comment: "compilers, build tools, and Spack's solver",
    instructions: [formatRun(script, [aptCacheMount(scope), pipCacheMount(scope), ...site.mounts])],
  };
}

function planSpackFiles({ version, identity, hasPackages }: ToolchainInput['spack']): Fragment {
  return {
    stage: 'toolchain',
    comment: `Spack ${version} (${identity})`,
    instructions: [
      formatCopy(['spack/'], `${paths.spack}/`, { from: contextNames.spack }),
      ...(hasPackages ? [formatCopy(['packages/'], `${paths.packages}/`, { from: contextNames.spack })] : []),
      formatCopy([`${configFolder}/`], `${paths.config}/`),
      formatEnv({ SPACK_PYTHON: `${paths.python}/bin/python3`, SPACK_DISABLE_LOCAL_CONFIG: '1' }),
    ],
  };
}

function planDetection(): Fragment {
  const command = `${paths.spack}/bin/spack -C ${paths.config}`;
  return {
    stage: 'toolchain',
    comment: 'what of it Spack can use; indexes of all recipes',
    instructions: [
      formatRun([
        `${command} compiler find --scope site`,
        `${command} external find --scope site ${Object.keys(externals).sort().join(' ')}`,
        `${command} providers mpi > /dev/null`,
      ]),
    ],
  };
}
