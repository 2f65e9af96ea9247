import type { TarEntry } from '../tar/entry.ts';
import type { ContainerFile } from './container-files.ts';
import type { RootTree, TreePath } from './root-tree.ts';

/** What is written into the file system, in an order that depends on nothing but the layers. */
export type RootPlan = {
  /** The root directory itself, which is no member. */
  readonly root: TarEntry;
  /** Members without content from a layer: folders, links, devices, empty files, our own files. */
  readonly standalone: readonly PlannedMember[];
  /** All else, by {@link memberKey} of the layer's member that it comes from. */
  readonly files: ReadonlyMap<string, PlannedFile>;
  /** Bytes of content that come from the layers. */
  readonly contentBytes: number;
  readonly warnings: readonly string[];
};

export type PlannedMember = { readonly entry: TarEntry; readonly content: string };

export type PlannedFile = {
  /** Under its first name. */
  readonly entry: TarEntry;
  /** At least one; several are hard links. */
  readonly names: readonly string[];
};

export function memberKey(layer: number, member: number): string {
  return `${layer}/${member}`;
}

/** Namespaces of extended attributes that squashfs has. */
const squashfsAttribute = /^(user|trusted|security)\../;

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
  const files = new Map<string, { entry: TarEntry; names: string[] }>();
  const standalone: PlannedMember[] = [];
  const paths = tree.paths();
  let contentBytes = 0;
  for (const { path, inode } of paths) {
    const { entry, layer, member } = inode;
    const key = memberKey(layer, member);
    const file = files.get(key);
    if (entry.type === 'directory' || layer === ownLayer) {
      const content = layer === ownLayer ? (contents.get(member) ?? '') : '';
      standalone.push({ entry: renameEntry(entry, path), content });
    } else if (file !== undefined) {
      file.names.push(path);
    } else {
      files.set(key, { entry: renameEntry(entry, path), names: [path] });
      contentBytes += entry.size;
    }
  }
  return {
    root: renameEntry(tree.root(), '.'),
    standalone,
    files,
    contentBytes,
    warnings: describeLosses(paths),
  };
}

/** What of the image squashfs cannot hold; each is said once. */
function describeLosses(paths: readonly TreePath[]): string[] {
  const attributes = new Set<string>();
  let hasOddTimes = false;
  for (const { entry } of paths.map(({ inode }) => inode)) {
    hasOddTimes ||= entry.mtime !== toSquashfsTime(entry.mtime);
    for (const name of entry.xattrs.keys()) if (!squashfsAttribute.test(name)) attributes.add(name);
  }
  return [
    ...(hasOddTimes ? ['times before 1970 or after 2106 became the nearest one that squashfs can hold'] : []),
    ...[...attributes]
      .sort()
      .map((name) => `the attribute ${JSON.stringify(name)} is left out: squashfs has none such`),
  ];
}

/** Metadata for a file system object under one of its names. */
function renameEntry(entry: TarEntry, path: string): TarEntry {
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
