import type { Mount } from '../dockerfile.ts';
import { mirrorContextName, paths } from './paths.ts';
import type { SpackTools } from './spack-tools.ts';

/** What Spack keeps from one build to the next, shared by all images of this machine, and the site's mirrors. */
export function planSpackMounts({ mirrors }: Pick<SpackTools, 'mirrors'>): Mount[] {
  const folders = mirrors.flatMap((mirror, index): Mount[] =>
    mirror.kind === 'folder'
      ? [{ type: 'bind', from: mirrorContextName(index), target: `${paths.mirrors}/${index}` }]
      : [],
  );
  return [{ type: 'cache', id: 'cic-spack', target: paths.cache, sharing: 'shared' }, ...folders];
}

/** The site's package cache as the engine mounts it. */
export function planWritableFolders({
  sharedCache,
}: Pick<SpackTools, 'sharedCache'>): Record<string, string> {
  return sharedCache?.kind === 'folder' ? { [paths.sharedCache]: sharedCache.folder } : {};
}

/** Build contexts of the mirrors that are folders. */
export function planMirrorContexts({ mirrors }: Pick<SpackTools, 'mirrors'>): Record<string, string> {
  return Object.fromEntries(
    mirrors.flatMap((mirror, index) =>
      mirror.kind === 'folder' ? [[mirrorContextName(index), mirror.folder]] : [],
    ),
  );
}
