import type { TarEntry } from '../tar/entry.ts';
import type { ContainerFile } from './container-files.ts';
import type { RootTree } from './root-tree.ts';

/** What is written into the file system, in an order that depends on nothing but the layers. */
export type RootPlan = {
  /** The root directory itself, which is no member. */
  readonly root: TarEntry;
  /** Members without content from a layer: folders, links, devices, empty files, our own files. */
  readonly standalone: readonly PlannedMember[];
  /** Names of each file with content, by where the content comes from; the first holds it, others are hard links. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Users and groups that own members. */
  readonly ids: ReadonlySet<number>;
  /** Bytes of content that come from the layers. */
  readonly contentBytes: number;
  readonly warnings: readonly string[];
};

export type PlannedMember = { readonly entry: TarEntry; readonly content: string };

export function memberKey(layer: number, member: number): string {
  return `${layer}/${member}`;
}

/** Layer number of CIC's own files, which lie over the image's. */
const ownLayer = -1;

export type OwnFiles = {
  /** Written over whatever the image has. */
  readonly files: readonly ContainerFile[];
  /** Written only where the image has nothing. */
  readonly mountPoints: readonly ContainerFile[];
};

/**
 * Plans the root file system: the merged layers with our files over them.
 *
 * @param tree Gets our files too.
 * @param mtime Unix seconds for files of our own.
 */
export function planRoot(tree: RootTree, ours: OwnFiles, mtime: number): RootPlan {
  const contents = addOwnFiles(tree, ours, mtime);
  const files = new Map<string, string[]>();
  const standalone: PlannedMember[] = [];
  const ids = new Set<number>();
  let contentBytes = 0;
  let hasOddTimes = false;
  for (const { path, inode } of tree.paths()) {
    const { entry, layer, member } = inode;
    hasOddTimes ||= entry.mtime !== toSquashfsTime(entry.mtime);
    ids.add(entry.uid).add(entry.gid);
    const key = memberKey(layer, member);
    const names = files.get(key);
    if (entry.type === 'directory' || layer === ownLayer) {
      standalone.push({
        entry: renameEntry(entry, path),
        content: layer === ownLayer ? (contents.get(member) ?? '') : '',
      });
    } else if (names !== undefined) {
      names.push(path);
    } else {
      files.set(key, [path]);
      contentBytes += entry.size;
    }
  }
  return {
    root: renameEntry(tree.root(), '.'),
    standalone,
    files,
    ids,
    contentBytes,
    warnings: hasOddTimes
      ? ['times before 1970 or after 2106 became the nearest one that squashfs can hold']
      : [],
  };
}

/** Metadata for a file system object under one of its names. */
export function renameEntry(entry: TarEntry, path: string): TarEntry {
  return { ...entry, name: path, mtime: toSquashfsTime(entry.mtime) };
}

function toSquashfsTime(mtime: number): number {
  return Math.min(Math.max(mtime, 0), 0xffff_ffff);
}

/** @returns Contents by member number, as byte strings. */
function addOwnFiles(tree: RootTree, ours: OwnFiles, mtime: number): Map<number, string> {
  const contents = new Map<number, string>();
  const add = (file: ContainerFile) => {
    const content = file.kind === 'file' ? Buffer.from(file.content, 'utf8').toString('latin1') : '';
    const member = contents.size;
    contents.set(member, content);
    tree.apply(toOwnEntry(file, content.length, mtime), { layer: ownLayer, member });
  };
  for (const file of ours.files) add(file);
  for (const file of ours.mountPoints) if (!tree.has(file.path)) add(file);
  return contents;
}

function toOwnEntry(file: ContainerFile, size: number, mtime: number): TarEntry {
  return {
    name: file.path,
    type: file.kind === 'link' ? 'symlink' : file.kind,
    linkName: file.kind === 'link' ? file.target : '',
    mode: file.kind === 'link' ? 0o777 : file.mode,
    uid: 0,
    gid: 0,
    size,
    mtime,
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
  };
}
