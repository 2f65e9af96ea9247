import type { Platform } from '../../oci/platform.ts';
import { quoteForShell } from '../../shell/quote.ts';
import { baseContextName, type ResolvedBase } from '../base-image.ts';
import type { CacheScope } from '../caches.ts';
import { formatCopy, formatRun } from '../dockerfile.ts';
import { toImageRecipe } from '../image-recipe.ts';
import type { ImageRecipe } from '../recipe.ts';
import { planSiteAccess, type SiteNetwork } from '../site-network.ts';
import { type BuiltCompiler, planBuiltCompiler, planBuiltCompilerFiles } from './built-compiler.ts';
import { planCompilers } from './compilers.ts';
import {
  type ImageScripts,
  planEnvironmentCopies,
  planEnvironmentFiles,
  scriptsFolder,
} from './environment-files.ts';
import { planMirrorContexts, planSpackMounts, planWritableFolders } from './mounts.ts';
import { contextNames, paths } from './paths.ts';
import { planPublicCacheCheck } from './public-caches.ts';
import { spackCommand } from './spack-command.ts';
import { isLegacySpack, type SpackTools } from './spack-tools.ts';

export type ConcretizeInput = {
  readonly platform: Platform;
  /** The toolchain image. */
  readonly toolchain: ResolvedBase;
  readonly scope: CacheScope;
  readonly tools: SpackTools;
  readonly spackYaml: string;
  /** What the step asks for, as specs: `gcc@13`. */
  readonly compilers: readonly string[];
  /** Debian packages of compilers that the step asks for. */
  readonly compilerPackages: readonly string[];
  readonly scripts: ImageScripts;
  /** The one that Spack builds; its solver takes only compilers that are there. */
  readonly builtCompiler?: BuiltCompiler;
  /** Absolute path of the folder that holds `catalogue/`, where there is one. */
  readonly catalogueContext?: string;
  readonly network: SiteNetwork;
};

/** An image whose {@link paths.out} holds `spack.lock`: the environment with every version decided. */
export function planConcretize(input: ConcretizeInput): ImageRecipe {
  const { platform, toolchain, tools, spackYaml, network, catalogueContext, builtCompiler, scripts } = input;
  const site = planSiteAccess(network);
  const script = [
    ...site.script,
    ...planPublicCacheCheck(tools),
    ...planCompilerCheck(input),
    `${spackCommand()} concretize`,
    `mkdir -p ${paths.out}`,
    `cp ${paths.environment}/spack.lock ${paths.out}/`,
  ];
  return toImageRecipe(
    {
      platform,
      base: toolchain,
      writableFolders: planWritableFolders(tools),
      contexts: {
        ...planMirrorContexts(tools),
        ...(catalogueContext !== undefined && { [contextNames.catalogue]: catalogueContext }),
      },
    },
    [
      { stage: 'concretize', comment: 'compilers and Spack', instructions: [`FROM ${baseContextName}`] },
      ...planCompilers('concretize', input.compilerPackages, input),
      ...planBuiltCompiler(builtCompiler, tools, network),
      planEnvironmentCopies('concretize', tools),
      {
        stage: 'concretize',
        comment: 'versions, variants and dependencies of everything',
        instructions: [
          ...(tools.publicCaches.length > 0 ? [formatCopy([`${scriptsFolder}/`], `${paths.scripts}/`)] : []),
          formatRun(script, [...planSpackMounts(tools), ...site.mounts]),
        ],
      },
    ],
    [...planEnvironmentFiles(tools, { spackYaml, scripts }), ...planBuiltCompilerFiles(builtCompiler)],
  );
}

/** Spack 0.x takes the first compiler for everything; where that is not there its solver does not name it. */
function planCompilerCheck({ tools, compilers: [first] }: ConcretizeInput): string[] {
  if (first === undefined || !isLegacySpack(tools)) return [];
  return [`${spackCommand()} compiler info ${quoteForShell(first)} > /dev/null`];
}

/** Takes files out of a folder of an image: an image that holds nothing else, below `/out`. */
export function planExtraction(
  platform: Platform,
  image: ResolvedBase,
  { folder, names }: { readonly folder: string; readonly names: readonly string[] },
): ImageRecipe {
  const files = names.map((name) => `${folder}/${name}`);
  return toImageRecipe({ platform, base: image, contexts: {}, images: { [contextNames.build]: image } }, [
    {
      stage: 'extract',
      comment: 'what a build has left',
      instructions: ['FROM scratch', formatCopy(files, '/out/', { from: contextNames.build })],
    },
  ]);
}
