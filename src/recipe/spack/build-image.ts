import { quoteForShell } from '../../shell/quote.ts';
import { baseContextName } from '../base-image.ts';
import { type CacheScope, pipCache, pipCacheMount } from '../caches.ts';
import { type Fragment, formatCopy, formatRun } from '../dockerfile.ts';
import { type PipPlan, pythonPrefix, usesPip } from '../fragments/pip.ts';
import { planPostInstallRun } from '../fragments/post-install.ts';
import { planStepFiles } from '../fragments/step-files.ts';
import { type GeneratedFile, stepContextName } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import type { BuildTarget } from '../target.ts';
import { type BuiltCompiler, planBuiltCompiler, planBuiltCompilerFiles } from './built-compiler.ts';
import { planCacheLogin } from './cache-login.ts';
import { planCompilers } from './compilers.ts';
import {
  type ImageScripts,
  planEnvironmentCopies,
  planEnvironmentFiles,
  scriptsFolder,
} from './environment-files.ts';
import { planMirrorContexts, planSpackMounts } from './mounts.ts';
import { paths } from './paths.ts';
import { planPublicCacheCheck } from './public-caches.ts';
import { spackCommand } from './spack-command.ts';
import { countsPackages, type SpackTools } from './spack-tools.ts';

export type BuildImageInput = {
  readonly scope: CacheScope;
  readonly tools: SpackTools;
  readonly spackYaml: string;
  readonly lock: string;
  readonly scripts: ImageScripts;
  /** What the step needs from apt while it is built, compilers included. */
  readonly aptPackages: readonly string[];
  readonly builtCompiler?: BuiltCompiler;
  readonly pip: PipPlan;
  /** Versions of Spack's Python packages, as pip constraints. */
  readonly pipConstraints: string;
  readonly target: BuildTarget;
  readonly stepId: string;
  /** Text of the step's `post_inst.sh`; absent where it has none. */
  readonly postInstall?: string;
  readonly contexts: Readonly<Record<string, string>>;
  readonly network: SiteNetwork;
};

export type BuildImageParts = {
  readonly contexts: Readonly<Record<string, string>>;
  readonly fragments: readonly Fragment[];
  readonly generatedFiles: readonly GeneratedFile[];
};

/** In the build context. */
export const constraintsFile = 'pip/constraints.txt';

/**
 * The image in which everything is built: compilers, Spack and its stage folders, the view, the step's
 * Python. `post_inst.sh` runs here; what it does is written down for the final image.
 */
export function planBuildImage(input: BuildImageInput): BuildImageParts {
  const { tools, spackYaml, lock, scripts, contexts, aptPackages, builtCompiler, network } = input;
  return {
    contexts: { ...planMirrorContexts(tools), ...contexts },
    fragments: [
      {
        stage: 'apt',
        comment: 'compilers, build tools and Spack',
        instructions: [`FROM ${baseContextName}`],
      },
      ...planCompilers('apt', aptPackages, input),
      ...planBuiltCompiler(builtCompiler, tools, network),
      planEnvironmentCopies('spack', tools),
      planInstall(input),
      ...planPipInstall(input),
      ...planStepFiles(input.stepId),
      planPostInstall(input),
    ],
    generatedFiles: [
      ...planEnvironmentFiles(tools, { spackYaml, lock, scripts }),
      ...planBuiltCompilerFiles(builtCompiler),
      ...planConstraints(input),
    ],
  };
}

function planInstall({ tools, network, postInstall = '' }: BuildImageInput): Fragment {
  const site = planSiteAccess(network);
  const login = planCacheLogin(tools);
  const options = ['install', '--fail-fast', '--keep-stage', ...planStageNeeds(postInstall)];
  const parallel = countsPackages(tools) ? 'CIC_PARALLEL_PACKAGES=1 ' : '';
  const script = [
    ...site.script,
    ...planPublicCacheCheck(tools),
    `${parallel}sh ${paths.scripts}/spack-install.sh ${login.prefix}${spackCommand()} ${options.join(' ')}`,
    `sh ${paths.scripts}/spack-finish.sh ${paths.out} ${spackCommand()}`,
  ];
  return {
    stage: 'spack',
    comment: 'every package, from the cache or compiled; what is compiled goes into the cache at once',
    instructions: [
      formatCopy([`${scriptsFolder}/`], `${paths.scripts}/`),
      formatRun(script, [...planSpackMounts(tools), ...login.mounts, ...site.mounts]),
    ],
  };
}

/** A cache has no stage folders: a script that reads them needs the packages of the step compiled here. */
function planStageNeeds(postInstall: string): string[] {
  return postInstall.includes('spack-stage') ? ['--use-buildcache', 'package:never,dependencies:auto'] : [];
}

/** pip's Python is the one of the view where it has one, and sees the packages of the view in any case. */
function planPipInstall({ pip, pipConstraints, scope, network }: BuildImageInput): Fragment[] {
  if (!usesPip(pip)) return [];
  const { stepId, requirements, requirementsFiles } = pip;
  const [mainFile] = requirementsFiles;
  const wanted = mainFile === undefined ? requirements : ['-r', `/${stepId}/${mainFile}`];
  const constraints = pipConstraints === '' ? [] : ['-c', `/opt/cic/${constraintsFile}`];
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    `python=$(test -x ${paths.view}/bin/python3 && echo ${paths.view}/bin/python3 || echo /usr/bin/python3)`,
    `$python -m venv --system-site-packages ${pythonPrefix}`,
    `for folder in ${paths.view}/lib/python3*/site-packages; do test ! -d "$folder" || echo "$folder" > "$(echo ${pythonPrefix}/lib/python3*/site-packages)/spack-view.pth"; done`,
    `PIP_CACHE_DIR=${pipCache}/pip ${pythonPrefix}/bin/python3 -m pip install ${[...constraints, ...wanted].map(quoteForShell).join(' ')}`,
  ];
  return [
    {
      stage: 'pip',
      comment: `Python packages, in ${pythonPrefix}, beside those of Spack`,
      instructions: [
        ...(pipConstraints === '' ? [] : [formatCopy(['pip/'], '/opt/cic/pip/')]),
        ...requirementsFiles.map((file) =>
          formatCopy([`${stepId}/${file}`], `/${stepId}/${file}`, { from: stepContextName }),
        ),
        formatRun(script, [pipCacheMount(scope), ...site.mounts]),
      ],
    },
  ];
}

function planConstraints({ pipConstraints }: BuildImageInput): GeneratedFile[] {
  return pipConstraints === '' ? [] : [{ path: constraintsFile, content: pipConstraints }];
}

/** Compares the file system before and after, also when there is no script: libraries are looked for in any case. */
function planPostInstall(input: BuildImageInput): Fragment {
  const { stepId, target, scope, network, postInstall } = input;
  const snapshot = '/opt/cic/before';
  const around = {
    before: [`sh ${paths.scripts}/prepare-apt.sh ${snapshot}`, `sh ${paths.scripts}/snapshot.sh ${snapshot}`],
    environment: [
      `. ${paths.out}/activate.sh`,
      `{ test ! -d ${pythonPrefix} || export PATH=${pythonPrefix}/bin:$PATH \${PYTHONPATH:+PYTHONPATH="$(echo ${pythonPrefix}/lib/python3*/site-packages):$PYTHONPATH"}; }`,
    ],
    after: [
      `sh ${paths.scripts}/collect.sh ${snapshot} ${paths.out} ${paths.software} ${paths.view} ${pythonPrefix}`,
      `cp ${paths.scripts}/apply.sh ${paths.scripts}/check-libraries.sh ${paths.scripts}/find-libraries.pl ${paths.out}/`,
    ],
  };
  return {
    stage: 'post-install',
    comment: 'what the step does itself, and what that leaves to do in the final image',
    instructions: [
      planPostInstallRun({ stepId, ...target, hasScript: postInstall !== undefined, around }, scope, network),
    ],
  };
}
