import { quoteForShell } from '../../shell/quote.ts';
import { enterApt } from '../apt-environment.ts';
import { aptCacheMount, type CacheScope } from '../caches.ts';
import { type Fragment, formatRun } from '../dockerfile.ts';
import type { RecipeStageId } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import { paths } from './paths.ts';

/**
 * Versions of GCC that a suite has beside its own.
 *
 * @see packages.debian.org and packages.ubuntu.com, packages gcc-N, November 2026
 */
const suiteCompilers: Readonly<Record<string, readonly string[]>> = {
  bullseye: ['9', '10'],
  bookworm: ['11', '12'],
  trixie: ['12', '13', '14'],
  focal: ['7', '8', '9', '10'],
  jammy: ['9', '10', '11', '12'],
  noble: ['9', '10', '11', '12', '13', '14'],
};

/** Debian packages of a compiler such as `gcc@13`; none where the suite has it not: then Spack builds it. */
export function findCompilerPackages(compiler: string, suite: string | undefined): string[] {
  const version = /^gcc@=?(\d+)/.exec(compiler)?.[1];
  const known = suite === undefined ? [] : (suiteCompilers[suite] ?? []);
  if (version === undefined || !known.includes(version)) return [];
  return [`gcc-${version}`, `g++-${version}`, `gfortran-${version}`];
}

/** A compiler or build tool among a step's apt packages: needed while building, not in the final image. */
export function isBuildTool(aptPackage: string): boolean {
  // Without a version, an architecture or a release.
  const name = aptPackage.replace(/[=/:].*$/, '');
  return /^(?:(?:gcc|g\+\+|cpp|gfortran|clang|clang\+\+|llvm|flang)(?:-\d+)?(?:-dev)?|build-essential|make|cmake|ninja-build)$/.test(
    name,
  );
}

type Surroundings = { readonly scope: CacheScope; readonly network: SiteNetwork };

/** Installs them and tells Spack. */
export function planCompilers(
  stage: RecipeStageId,
  packages: readonly string[],
  { scope, network }: Surroundings,
): Fragment[] {
  if (packages.length === 0) return [];
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    ...enterApt(network),
    'apt-get update',
    `apt-get install --yes ${packages.map(quoteForShell).join(' ')}`,
    `${paths.spack}/bin/spack -C ${paths.config} compiler find --scope site`,
  ];
  return [
    {
      stage,
      comment: 'what the step needs from apt while it is built, its compilers among it',
      instructions: [formatRun(script, [aptCacheMount(scope), ...site.mounts])],
    },
  ];
}
