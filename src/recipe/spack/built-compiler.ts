import { quoteForShell } from '../../shell/quote.ts';
import { type Fragment, formatCopy, formatRun } from '../dockerfile.ts';
import type { GeneratedFile } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import { planCacheLogin } from './cache-login.ts';
import { planConfigCopies, scriptsFolder } from './environment-files.ts';
import { planSpackMounts } from './mounts.ts';
import { paths } from './paths.ts';
import { planPublicCacheCheck } from './public-caches.ts';
import { spackCommand } from './spack-command.ts';
import type { SpackTools } from './spack-tools.ts';

/** A compiler that the suite of the base image has not. */
export type BuiltCompiler = {
  /** `gcc@13` */
  readonly spec: string;
  /** Text of the `spack.yaml` that has it built. */
  readonly spackYaml: string;
};

const compilerFolder = 'spack-compiler';

/**
 * Where the base image has it not, Spack builds it or takes it from a package cache. From then on it is a
 * compiler of the image like those from apt: what only it needs is no part of any environment.
 */
export function planBuiltCompiler(
  compiler: BuiltCompiler | undefined,
  tools: SpackTools,
  network: SiteNetwork,
): Fragment[] {
  if (compiler === undefined) return [];
  const site = planSiteAccess(network);
  const login = planCacheLogin(tools);
  const spec = quoteForShell(compiler.spec);
  // Configuration that is named on the command line wins over that of environments.
  const root = `-c config:install_tree:root:${paths.compilerSoftware}`;
  const spack = `${spackCommand(paths.compilerEnvironment)} ${root}`;
  const check = planPublicCacheCheck(tools, paths.compilerEnvironment);
  const install = `sh ${paths.scripts}/spack-install.sh ${login.prefix}${spack} install --fail-fast`;
  const place = `$(${spack} location --install-dir ${spec})`;
  const find = `${paths.spack}/bin/spack -C ${paths.config} compiler find --scope site "${place}/bin"`;
  const isThere = `${spack} compiler info ${spec} > /dev/null 2>&1`;
  return [
    {
      stage: 'toolchain',
      comment: 'the compiler that the step asks for',
      instructions: [
        ...planConfigCopies(tools),
        formatCopy([`${scriptsFolder}/`], `${paths.scripts}/`),
        formatCopy([`${compilerFolder}/`], `${paths.compilerEnvironment}/`),
        formatRun(
          [...site.script, `{ ${isThere} || { ${[...check, install, find].join(' && ')}; }; }`],
          [...planSpackMounts(tools), ...login.mounts, ...site.mounts],
        ),
      ],
    },
  ];
}

export function planBuiltCompilerFiles(compiler: BuiltCompiler | undefined): GeneratedFile[] {
  if (compiler === undefined) return [];
  return [{ path: `${compilerFolder}/spack.yaml`, content: compiler.spackYaml }];
}
