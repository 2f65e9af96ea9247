import type { TarEntry } from '../tar/entry.ts';
import type { ContainerFile } from './container-files.ts';
import type { Inode, RootTree } from './root-tree.ts';

/** What is written into the file system, in an order that depends on nothing but the layers. */
export type RootPlan = {
  /** The root directory itself, which is no member. */
  readonly root: TarEntry;
  /** Members without content from a layer: folders, links, devices, empty files, our own files. */
  readonly standalone: readonly PlannedMember[];
  /** Names of each file with content, by where the content comes from; the first holds it, others are hard links. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Bytes of content that come from the layers. */
  readonly contentBytes: number;
  readonly warnings: readonly string[];
};

export type PlannedMember = { readonly entry: TarEntry; readonly content: string };

export function memberKey(layer: number, member: number): string {
  return `${layer}/${member}`;
}

/**
 * Plans the root file system: the merged layers with our files over them.
 *
 * @param mtime Unix seconds for files of our own.
 */
export function planRoot(
  tree: RootTree,
  ours: { readonly files: readonly ContainerFile[]; readonly mountPoints: readonly ContainerFile[] },
  mtime: number,
): RootPlan {
  const files = new Map<string, string[]>();
  const standalone: PlannedMember[] = [];
  const overwritten = new Set(ours.files.map(({ path }) => path));
  let contentBytes = 0;
  let hasEarlyTimes = false;
  for (const { path, inode } of tree.paths()) {
    if (overwritten.has(path) && inode.entry.type !== 'directory') continue;
    hasEarlyTimes ||= inode.entry.mtime < 0;
    const key = memberKey(inode.layer, inode.member);
    const names = files.get(key);
    if (names !== undefined) {
      names.push(path);
      continue;
    }
    if (inode.entry.type === 'directory') standalone.push(toMember(path, inode));
    else {
      files.set(key, [path]);
      contentBytes += inode.entry.size;
    }
  }
  const added = [...ours.files, ...ours.mountPoints.filter(({ path }) => !tree.has(path))];
  return {
    root: renameEntry(tree.root(), '.'),
    standalone: [
      ...standalone,
      ...added.filter((file) => !isFolderOf(tree, file)).map((file) => toOwnMember(file, mtime)),
    ],
    files,
    contentBytes,
    warnings: hasEarlyTimes
      ? ['files from before 1970 got the time 0: squashfs cannot hold earlier ones']
      : [],
  };
}

/** Metadata for a file system object under one of its names. */
export function renameEntry(entry: TarEntry, path: string): TarEntry {
  return { ...entry, name: path, mtime: Math.max(entry.mtime, 0) };
}

function toMember(path: string, { entry }: Inode): PlannedMember {
  return { entry: renameEntry(entry, path), content: '' };
}

function isFolderOf(tree: RootTree, file: ContainerFile): boolean {
  return file.kind === 'directory' && tree.has(file.path);
}

function toOwnMember(file: ContainerFile, mtime: number): PlannedMember {
  const content = file.kind === 'file' ? Buffer.from(file.content, 'utf8').toString('latin1') : '';
  return {
    content,
    entry: {
      name: file.path,
      type: file.kind === 'link' ? 'symlink' : file.kind,
      linkName: file.kind === 'link' ? file.target : '',
      mode: file.kind === 'link' ? 0o777 : file.mode,
      uid: 0,
      gid: 0,
      size: content.length,
      mtime,
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: new Map(),
    },
  };
}
