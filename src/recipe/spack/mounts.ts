import type { Mount } from '../dockerfile.ts';
import { mirrorContextName, paths, publicCacheContextName } from './paths.ts';
import type { MirrorPlace, SpackTools } from './spack-tools.ts';

type Mirrors = Pick<SpackTools, 'mirrors' | 'publicCaches'>;

/** What Spack keeps from one build to the next, shared by all images of this machine, and what it only reads. */
export function planSpackMounts(tools: Mirrors): Mount[] {
  const folders = listFolders(tools).map(
    ({ context, target }): Mount => ({ type: 'bind', from: context, target }),
  );
  return [{ type: 'cache', id: 'cic-spack', target: paths.cache, sharing: 'shared' }, ...folders];
}

/** The site's package cache as the engine mounts it. */
export function planWritableFolders({
  sharedCache,
}: Pick<SpackTools, 'sharedCache'>): Record<string, string> {
  return sharedCache?.kind === 'folder' ? { [paths.sharedCache]: sharedCache.folder } : {};
}

/** Build contexts of the mirrors and public caches that are folders. */
export function planMirrorContexts(tools: Mirrors): Record<string, string> {
  return Object.fromEntries(listFolders(tools).map(({ context, folder }) => [context, folder]));
}

type MirrorFolder = { readonly context: string; readonly target: string; readonly folder: string };

function listFolders({ mirrors, publicCaches }: Mirrors): MirrorFolder[] {
  return [
    ...foldersOf(mirrors, mirrorContextName, paths.mirrors),
    ...foldersOf(publicCaches, publicCacheContextName, paths.publicCaches),
  ];
}

function foldersOf(
  places: readonly MirrorPlace[],
  toContext: (index: number) => string,
  parent: string,
): MirrorFolder[] {
  return places.flatMap((place, index) =>
    place.kind === 'folder'
      ? [{ context: toContext(index), target: `${parent}/${index}`, folder: place.folder }]
      : [],
  );
}
