import type { GeneratedFile } from '../recipe.ts';
import { paths } from './paths.ts';
import { spackCommand } from './spack-command.ts';
import type { PublicCache, SpackTools } from './spack-tools.ts';

/** Spack's mirrors that hold the packages of others. */
export function planPublicMirrors(caches: readonly PublicCache[]): Record<string, unknown> {
  const entries = caches.map((cache, index): [string, unknown] => {
    const url = cache.kind === 'url' ? cache.url : `file://${paths.publicCaches}/${index}`;
    return [`cic-public-${index}`, { url, binary: true, source: false, signed: cache.keys.length > 0 }];
  });
  return Object.fromEntries(entries);
}

/** The public keys whose signatures count. @param folder In the build context. */
export function planKeyFiles(
  { publicCaches }: Pick<SpackTools, 'publicCaches'>,
  folder: string,
): GeneratedFile[] {
  const keys = [...new Set(publicCaches.flatMap((cache) => cache.keys))];
  return keys.map((content, index) => ({ path: `${folder}/${keysFolder}/${index}.asc`, content }));
}

const keysFolder = 'keys';

/**
 * Script lines that come before Spack reads caches: keys are trusted, and caches that do not answer are left out.
 * The scripts are in the image.
 */
export function planPublicCacheCheck(
  tools: Pick<SpackTools, 'publicCaches'>,
  environment: string = paths.environment,
): string[] {
  if (tools.publicCaches.length === 0) return [];
  return [`${spackCommand(environment)} python ${paths.scripts}/spack-public-caches.py ${paths.site}`];
}
