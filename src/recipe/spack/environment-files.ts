import { type Fragment, formatCopy } from '../dockerfile.ts';
import type { GeneratedFile, RecipeStageId } from '../recipe.ts';
import { hasSections, planSiteConfig, siteConfigFolder, siteFolder } from './config-files.ts';
import { contextNames, paths } from './paths.ts';
import { planKeyFiles } from './public-caches.ts';
import type { SpackTools } from './spack-tools.ts';

/** Where the scripts of `image-scripts/` are in the build context. */
export const scriptsFolder = 'scripts';

/** Scripts that run inside images, by their file names. */
export type ImageScripts = Readonly<Record<string, string>>;

export type EnvironmentFiles = {
  readonly spackYaml: string;
  /** Text of `spack.lock`; absent before it is known. */
  readonly lock?: string;
  readonly scripts: ImageScripts;
};

export function planEnvironmentFiles(tools: SpackTools, files: EnvironmentFiles): GeneratedFile[] {
  return [
    ...planSiteConfig(tools),
    ...planKeyFiles(tools, siteFolder),
    { path: 'spack/spack.yaml', content: files.spackYaml },
    ...(files.lock === undefined ? [] : [{ path: 'spack/spack.lock', content: files.lock }]),
    ...Object.entries(files.scripts).map(([name, content]) => ({
      path: `${scriptsFolder}/${name}`,
      content,
    })),
  ];
}

/** Copies them, and the catalogue, to where Spack looks for them. */
export function planEnvironmentCopies(
  stage: RecipeStageId,
  tools: Pick<SpackTools, 'catalogue' | 'siteConfig'>,
): Fragment {
  return {
    stage,
    comment: "the environment, and the site's configuration of Spack",
    instructions: [...planConfigCopies(tools), formatCopy(['spack/'], `${paths.environment}/`)],
  };
}

/** Copies what every environment is subject to: the catalogue and the site's configuration. */
export function planConfigCopies(tools: Pick<SpackTools, 'catalogue' | 'siteConfig'>): string[] {
  return [
    ...(tools.catalogue === undefined
      ? []
      : [formatCopy(['catalogue/'], `${paths.catalogue}/`, { from: contextNames.catalogue })]),
    formatCopy([`${siteFolder}/`], `${paths.site}/`),
    ...(hasSections(tools) ? [formatCopy([`${siteConfigFolder}/`], `${paths.siteConfig}/`)] : []),
  ];
}
